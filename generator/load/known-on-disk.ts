// What a load leaves to the next one, when that is another process's. Whatever is wrong with the file, it is as none.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { KnownFile, KnownLoad } from "./known-load.ts";

interface Kept extends Omit<KnownLoad, "files"> {
  readonly format: 1;
  /** What made it, and for whom. */
  readonly maker: string;
  readonly files: readonly (readonly [string, KnownFile])[];
}

export interface KnownPlace {
  readonly path: string;
  readonly maker: string;
}

export function readKnown({ path, maker }: KnownPlace): KnownLoad | undefined {
  try {
    const kept = JSON.parse(readFileSync(path, "utf8")) as Kept;
    const { files, observed, surroundings } = kept;
    return kept.format === 1 && kept.maker === maker ? { files: new Map(files), observed, surroundings } : undefined;
  } catch {
    return undefined;
  }
}

/** Without it the next one takes longer. */
export function keepKnown({ path, maker }: KnownPlace, known: KnownLoad | undefined): void {
  const part = `${path}.${process.pid}.part`;
  try {
    if (known === undefined) {
      rmSync(path, { force: true });
      return;
    }
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(part, JSON.stringify({ format: 1, maker, ...known, files: [...known.files] } satisfies Kept));
    renameSync(part, path);
  } catch {
    rmSync(part, { force: true });
  }
}
