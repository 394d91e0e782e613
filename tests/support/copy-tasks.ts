// Copies between two databases of a test as a task would.

import { type CopiedTables, type CopyTablesOptions, copyTables } from "../../runtime/operators/copy-tables.ts";
import { createDatabase, type TestDatabase } from "./databases.ts";
import { inTask, type TaskRun } from "./running-task.ts";

/** Connections `source` and `target`. */
export function createPair(from: 16 | 18, to: 16 | 18): Promise<[TestDatabase, TestDatabase]> {
  return Promise.all([createDatabase(from, { id: "source" }), createDatabase(to, { id: "target" })]);
}

export function copy(
  source: TestDatabase,
  target: TestDatabase,
  options: Partial<CopyTablesOptions> = {},
  { inputs = {}, ...run }: TaskRun & { readonly inputs?: Readonly<Record<string, unknown>> } = {},
): Promise<CopiedTables> {
  return inTask({ ...run, connections: [source.connection, target.connection] }, () =>
    copyTables({ from: "source", to: "target", ...options }).execute(inputs),
  );
}

/** Name, last value and whether it was used, of each. */
export async function sequencesOf(database: TestDatabase): Promise<unknown[]> {
  const names = await database.query<{ name: string }>(
    "SELECT format('%I.%I', schemaname, sequencename) AS name FROM pg_sequences ORDER BY 1",
  );
  return Promise.all(
    names.map(async ({ name }) => [name, await database.query(`SELECT last_value, is_called FROM ${name}`)]),
  );
}

/** All that the catalog says about constraints and triggers, those in partitions and those of keys included, without their numbers. */
export function rulesOf(database: TestDatabase): Promise<unknown[]> {
  return database.query(
    `SELECT conrelid::regclass::text AS relation, conname AS name, confrelid::regclass::text AS refers_to,
            pg_get_constraintdef(oid) AS definition, obj_description(oid, 'pg_constraint') AS comment,
            (to_jsonb(c) - '{oid,conparentid,conname}'::text[])::text AS rest
       FROM pg_constraint c WHERE conrelid <> 0
     UNION ALL
     SELECT tgrelid::regclass::text, CASE WHEN tgisinternal THEN c.conname ELSE tgname END, tgconstrrelid::regclass::text,
            tgfoid::regproc::text, t.tgenabled::text, jsonb_build_array(tgtype, tgdeferrable, tginitdeferred)::text
       FROM pg_trigger t LEFT JOIN pg_constraint c ON c.oid = t.tgconstraint
      ORDER BY 1, 2, 3, 4, 6`,
  );
}

/** Rows of `second` go into the target only while nobody holds the advisory lock 1 there; they fill all buffers on their way. */
export async function createStoppingPair(): Promise<[TestDatabase, TestDatabase]> {
  const [source, target] = await createPair(16, 18);
  const schema =
    "CREATE TABLE first (id serial PRIMARY KEY); CREATE TABLE second (id integer REFERENCES first (id), filler text)";
  await source.query(`${schema}; INSERT INTO first SELECT FROM generate_series(1, 3);
    ALTER TABLE second ALTER filler SET STORAGE EXTERNAL;
    INSERT INTO second SELECT 1, repeat('x', 1000000) FROM generate_series(1, 30)`);
  await target.query(`${schema}; INSERT INTO first DEFAULT VALUES;
    CREATE FUNCTION passes() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN true; END $$;
    ALTER TABLE second ADD CHECK (passes())`);
  return [source, target];
}

/** The end of a query of pg_stat_activity. */
export const tasksOfTheDatabase = "WHERE application_name LIKE 'dagwright%' AND datname = current_database()";

export async function untilNoTasksOf(database: TestDatabase): Promise<void> {
  while ((await database.query(`SELECT FROM pg_stat_activity ${tasksOfTheDatabase}`)).length > 0);
}
