// Which files may define DAGs: `dags/**/*.ts`, without declarations and tests. A file that defines none is a module of others.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { glob } from "tinyglobby";
import { KnownError } from "../../runtime/errors.ts";
import { explainFileErrors } from "../../runtime/file-errors.ts";

/** @throws KnownError when there is a `dags` that cannot be read: a search finds nothing there and does not say why. */
export async function findDagFiles(root: string): Promise<string[]> {
  const folder = join(root, "dags");
  if (existsSync(folder)) explainFileErrors("the dags folder cannot be read", folder, () => readdirSync(folder));
  const files = await glob("dags/**/*.ts", { cwd: root, ignore: ["**/*.d.ts", "**/*.test.ts", "**/node_modules/**"] });
  return files.sort();
}

/** @throws KnownError when there are none. */
export async function getDagFiles(root: string): Promise<string[]> {
  const files = await findDagFiles(root);
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
