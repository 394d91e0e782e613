// Loads a dump as a task of run `run_a` would, for the tests of loadSqlDump.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../../../runtime/contract.ts";
import { Dag } from "../../../runtime/index.ts";
import { acquireLease } from "../../../runtime/operators/acquire-lease.ts";
import type { Lease } from "../../../runtime/operators/lease.ts";
import { type LoadResult, loadSqlDump } from "../../../runtime/operators/load-sql-dump.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { leaseKey } from "../../support/lease-tasks.ts";
import { inTask } from "../../support/running-task.ts";
import { temporaryFolder } from "../streams/dump-files.ts";

const connection = "test_postgres";

interface Load {
  readonly lease?: Lease;
  readonly ifEmpty?: boolean;
  readonly signal?: AbortSignal;
  readonly progress?: Progress[];
}

export function loadFile(database: TestDatabase, file: string, load: Load = {}): Promise<LoadResult> {
  const { lease, ifEmpty = false, signal, progress } = load;
  const lock = new Dag("d").setup("lock", acquireLease({ connection, key: leaseKey }));
  const operator = loadSqlDump({ connection, file, ifEmpty, ...(lease && { under: lock }) });
  const run = { connections: [database.connection], ...(progress && { progress }) };
  const context = { runId: "run_a", ...(signal && { signal }) };
  return inTask({ ...run, context }, () => operator.execute(lease ? { lease } : {}));
}

/** A file `dump.sql` for the length of the test. */
export async function dumpFile(text: string | Buffer): Promise<string> {
  const file = join(temporaryFolder(), "dump.sql");
  await writeFile(file, text);
  return file;
}

/** What a load has left in schema public. */
export const relations = (database: TestDatabase) =>
  database.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace");
