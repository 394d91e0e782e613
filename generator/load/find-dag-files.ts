// Which files may define DAGs: `dags/**/*.ts`, without declarations and tests. A file that defines none is a module of others.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { glob } from "tinyglobby";
import { explainFileErrors } from "../../runtime/file-errors.ts";

/** @throws KnownError when there is a `dags` that cannot be read: a search finds nothing there and does not say why. */
export async function findDagFiles(root: string): Promise<string[]> {
  const folder = join(root, "dags");
  if (existsSync(folder)) explainFileErrors("the dags folder cannot be read", folder, () => readdirSync(folder));
  const files = await glob("dags/**/*.ts", { cwd: root, ignore: ["**/*.d.ts", "**/*.test.ts", "**/node_modules/**"] });
  return files.sort();
}

/** Nothing but plain characters: a DAG's path stands in a comment of the generated Python. */
export function isPlainPath(file: string): boolean {
  return /^[A-Za-z0-9_./-]+$/.test(file);
}
