// What `tsc` says of an author's file.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createFolder } from "./built-project.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Against the sources, with the repository's own options.
 * @param options over them, e.g. what README gives to users.
 * @returns `surface.ts(line,column): error …` lines; empty when all is well.
 */
export function typeCheck(text: string, options: Readonly<Record<string, unknown>> = {}): string {
  const folder = createFolder();
  writeFileSync(join(folder, "surface.ts"), text);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const at = (path: string) => [join(repository, path)];
  const config = {
    extends: join(repository, "tsconfig.json"),
    compilerOptions: {
      ...options,
      paths: { dagwright: at("runtime/index.ts"), "dagwright/operators": at("runtime/operators/index.ts") },
      typeRoots: at("node_modules/@types"),
    },
    include: ["surface.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  try {
    return execFileSync(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", folder], {
      cwd: folder,
      encoding: "utf8",
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
