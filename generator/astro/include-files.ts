// The data that tasks read, from the project's `include` to the Astro project's: what differs is copied, file by file, whole or not at all.
// A file of the same name is ours to update, and is told; what else lies there is nobody's business.

import { closeSync, copyFileSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { createFolder, replaceAtomically } from "../build/write-file.ts";

export const includeFolder = "include";

export interface IncludeFile {
  /** Relative to both projects: `include/…`. */
  readonly path: string;
  /** Whether one of that name with another content is there. */
  readonly isUpdate: boolean;
}

/** Bytes read at once when two files are compared: data may be larger than memory. */
const compareBytes = 1 << 20;

/** What a copy would write, by path. @throws KnownError when a folder or file cannot be read. */
export function findChangedIncludes(root: string, out: string): IncludeFile[] {
  return explainFileErrors("the data files cannot be compared", join(out, includeFolder), () =>
    listData(root, includeFolder, []).flatMap((path) => {
      const there = statSync(join(out, path), { throwIfNoEntry: false });
      if (there && isSameFile(join(root, path), join(out, path))) return [];
      return [{ path, isUpdate: there !== undefined }];
    }),
  );
}

/** Stops between two files when it is aborted. @throws KnownError when one cannot be copied. */
export async function copyIncludes(root: string, out: string, files: readonly IncludeFile[], signal: AbortSignal) {
  for (const { path } of files) {
    explainFileErrors("the data files cannot be copied", join(out, path), () => {
      createFolder(dirname(join(out, path)));
      replaceAtomically(join(out, path), (beside) => copyFileSync(join(root, path), beside));
    });
    await setImmediate();
    signal.throwIfAborted();
  }
}

/** Hidden files, too, and none that cannot be read is passed over. Links are followed, as tasks do, but for one that leads back. */
function listData(root: string, folder: string, above: readonly string[]): string[] {
  const here = statSync(join(root, folder), { throwIfNoEntry: false }) && realpathSync(join(root, folder));
  if (here === undefined || above.includes(here)) return [];
  return readdirSync(here)
    .sort()
    .flatMap((name) => {
      const found = statSync(join(here, name), { throwIfNoEntry: false });
      if (found?.isDirectory()) return listData(root, `${folder}/${name}`, [...above, here]);
      return found?.isFile() ? [`${folder}/${name}`] : [];
    });
}

function isSameFile(left: string, right: string): boolean {
  const [one, other] = [statSync(left), statSync(right)];
  if (!other.isFile() || one.size !== other.size) return false;
  const descriptors = [openSync(left, "r"), openSync(right, "r")] as const;
  try {
    const [first, second] = [Buffer.alloc(compareBytes), Buffer.alloc(compareBytes)];
    for (let offset = 0; offset < one.size; offset += compareBytes) {
      const length = readSync(descriptors[0], first, 0, compareBytes, offset);
      readSync(descriptors[1], second, 0, compareBytes, offset);
      if (!first.subarray(0, length).equals(second.subarray(0, length))) return false;
    }
    return true;
  } finally {
    descriptors.forEach(closeSync);
  }
}
