// Every file below a folder, links followed. Each lint begins with it: a search by patterns takes as long as all the rest of a lint that has
// nothing to do.

import { type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

/** Relative to the folder, with `/`, sorted; without hidden ones and packages. @throws what the file system says of the folder itself. */
export function listFiles(folder: string): string[] {
  return walk(folder, "", readdirSync(folder, { withFileTypes: true }), [realpathSync(folder)]).sort();
}

/** @param above where it came from: a link may lead back there. */
function walk(root: string, prefix: string, entries: readonly Dirent[], above: readonly string[]): string[] {
  return entries.flatMap((entry): string[] => {
    const { name } = entry;
    if (name.startsWith(".") || name === "node_modules") return [];
    const path = prefix + name;
    if (entry.isFile()) return [path];
    const target = entry.isDirectory() ? "folder" : kindBehind(join(root, path));
    if (target === "file") return [path];
    if (target === undefined) return [];
    const real = realpathSync(join(root, path));
    if (above.includes(real)) return [];
    return walk(root, `${path}/`, readFolder(real), [...above, real]);
  });
}

function kindBehind(path: string): "file" | "folder" | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? "file" : stat?.isDirectory() ? "folder" : undefined;
}

/** One that cannot be read holds nothing that could be linted. */
function readFolder(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}
