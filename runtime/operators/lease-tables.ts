// The two tables that leases and ledgers need, in schema `dagwright` of the database they guard. Created by the first acquire;
// an advisory lock stands around the DDL, because CREATE ... IF NOT EXISTS fails when two sessions do it at once.

import type { PostgresSession } from "../connections/postgres.ts";
import { inTransaction } from "./postgres-session.ts";

/** Any number that all of us agree on: the first 8 bytes of sha256("dagwright.lease-tables"). */
const creationLock = "-1938762560392301202";

const ddl = `
  CREATE SCHEMA IF NOT EXISTS dagwright;
  CREATE TABLE IF NOT EXISTS dagwright.lease (
    key bigint PRIMARY KEY,
    dag_id text NOT NULL,
    run_id text NOT NULL,
    token bigint NOT NULL CHECK (token > 0),
    seconds integer NOT NULL CHECK (seconds > 0),
    expires timestamptz NOT NULL
  );
  COMMENT ON COLUMN dagwright.lease.token IS 'Raised by every acquire; a writer with a lower one was overtaken';
  COMMENT ON COLUMN dagwright.lease.expires IS '-infinity: released';
  CREATE TABLE IF NOT EXISTS dagwright.ledger (
    dag_id text NOT NULL,
    run_id text NOT NULL,
    task_id text NOT NULL,
    map_index integer NOT NULL,
    token bigint NOT NULL,
    content_hash text NOT NULL,
    result jsonb NOT NULL,
    written timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dag_id, run_id, task_id, map_index, token, content_hash)
  );`;

/** Creates what is missing, in a transaction of its own. Needs no right to create when both tables are there. */
export async function createLeaseTables(session: PostgresSession): Promise<void> {
  const { rows } = await session.query<{ exist: boolean }>(
    "SELECT to_regclass('dagwright.lease') IS NOT NULL AND to_regclass('dagwright.ledger') IS NOT NULL AS exist",
  );
  if (rows[0]!.exist) return;
  await inTransaction(session, async () => {
    await session.query("SELECT set_config('lock_timeout', '30s', true)");
    await session.query("SELECT pg_advisory_xact_lock($1::bigint)", [creationLock]);
    await session.query(ddl);
  });
}
