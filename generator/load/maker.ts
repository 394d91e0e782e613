// What makes a result beside the project's files: this package and Node. Whoever changes this package where it lies changes the times of its
// files.

import { statSync } from "node:fs";
import { join } from "node:path";
import { compiledModule } from "./compiled.ts";
import { fingerprintText } from "./fingerprint.ts";
import { listFiles } from "./list-files.ts";

/** @param version of dagwright. */
export function makerOf(version: string): string {
  const folder = compiledModule("");
  const own = ["generator", "runtime"].flatMap((part) => listFiles(join(folder, part)).map((file) => join(part, file)));
  const states = own.map((file) => {
    const { size, mtimeMs } = statSync(join(folder, file));
    return `${file} ${size} ${mtimeMs}`;
  });
  const { version: node, platform, arch } = process;
  return `${version} ${node} ${platform} ${arch} ${fingerprintText(states.join("\n"))}`;
}
