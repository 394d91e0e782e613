// The projects below tests/corpus: small, each wrong in its own way.

import { cpSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createFolder } from "./built-project.ts";

const corpus = fileURLToPath(new URL("../corpus/", import.meta.url));

export const corpusCases: readonly string[] = readdirSync(corpus).sort();

/** A copy, removed when the test has finished. */
export function copyCorpusCase(name: string): string {
  const root = createFolder();
  cpSync(`${corpus}${name}`, root, { recursive: true });
  return root;
}
