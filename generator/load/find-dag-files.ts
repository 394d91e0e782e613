// Which files may define DAGs: `dags/**/*.ts`, without declarations and tests. A file that defines none is a module of others.

import { glob } from "tinyglobby";

export async function findDagFiles(root: string): Promise<string[]> {
  const files = await glob("dags/**/*.ts", { cwd: root, ignore: ["**/*.d.ts", "**/*.test.ts", "**/node_modules/**"] });
  return files.sort();
}
