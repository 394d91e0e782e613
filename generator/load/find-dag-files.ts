// Which files may define DAGs: `dags/**/*.ts`, without declarations and tests. A file that defines none is a module of others.

import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { KnownError } from "../../runtime/errors.ts";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { listFiles } from "./list-files.ts";

/** @throws KnownError when there is a `dags` that cannot be read. */
export function findDagFiles(root: string): string[] {
  const folder = join(root, "dags");
  if (!existsSync(folder)) return [];
  const files = explainFileErrors("the dags folder cannot be read", folder, () => listFiles(folder));
  return withoutDoubles(
    folder,
    files.filter((file) => /(?<!\.d|\.test)\.ts$/.test(file)),
  ).map((file) => `dags/${file}`);
}

/** A link to another DAG file is that file: evaluated once, it defines its DAGs once. */
function withoutDoubles(folder: string, files: readonly string[]): readonly string[] {
  const isLink = (file: string) => realpathSync.native(join(folder, file)) !== join(realFolder, file);
  const realFolder = realpathSync.native(folder);
  const links = files.filter(isLink);
  if (links.length === 0) return files;
  const taken = new Set(files.filter((file) => !links.includes(file)).map((file) => join(realFolder, file)));
  return files.filter((file) => {
    if (!links.includes(file)) return true;
    const real = realpathSync.native(join(folder, file));
    if (taken.has(real)) return false;
    taken.add(real);
    return true;
  });
}

/** @throws KnownError when there are none. */
export function getDagFiles(root: string): string[] {
  const files = findDagFiles(root);
  if (files.length > 0) return files;
  throw new KnownError({
    what: "no DAG files",
    where: root,
    found: "nothing matches dags/**/*.ts",
    remedy: 'Write dags/hello.ts with `new Dag("hello", …)`, or run the command in your project\'s folder',
    isRetryable: false,
  });
}

/** Nothing but plain characters: a DAG's path stands in a comment of the generated Python. */
export function isPlainPath(file: string): boolean {
  return /^[A-Za-z0-9_./-]+$/.test(file);
}
