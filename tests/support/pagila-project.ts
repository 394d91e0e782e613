// The two Pagila pipelines as a project of its own, on databases of its own: the real dump where it lies, else the sample.

import { copyFileSync, cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSamplePagila } from "../../quickstart/sample-pagila.ts";
import { createFolder } from "./built-project.ts";
import { createDatabase, type TestDatabase } from "./databases.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

export interface PagilaProject {
  readonly root: string;
  /** `include/pagila`, for tests that damage the files. */
  readonly dump: { readonly schema: string; readonly data: string };
  /** PostgreSQL 16. */
  readonly source: TestDatabase;
  /** PostgreSQL 18. */
  readonly target: TestDatabase;
  readonly environment: Readonly<Record<string, string>>;
}

export async function createPagilaProject(): Promise<PagilaProject> {
  const root = createFolder();
  cpSync(join(repository, "dags"), join(root, "dags"), { recursive: true });
  const folder = join(root, "include", "pagila");
  mkdirSync(folder, { recursive: true });
  const real = process.env["DAGWRIGHT_PAGILA"] ?? join(repository, "..", "shared", "data", "pagila");
  const names = ["schema.sql", "data.sql"];
  if (names.every((name) => existsSync(join(real, name)))) {
    for (const name of names) copyFileSync(join(real, name), join(folder, name));
  } else await writeSamplePagila(folder, { seed: 1 });
  const [source, target] = await Promise.all([createDatabase(16), createDatabase(18)]);
  return {
    root,
    dump: { schema: join(folder, "schema.sql"), data: join(folder, "data.sql") },
    source,
    target,
    environment: { AIRFLOW_CONN_PAGILA_POSTGRES: source.uri, AIRFLOW_CONN_PAGILA_TGT: target.uri },
  };
}

export const loadId = "load_pagila_to_postgres";
export const replicateId = "replicate_pagila_to_target";
