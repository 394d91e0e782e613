// Work that must not happen twice leaves a row here, in the same transaction as its data: a retry after "committed but not
// reported" finds it and returns the stored result. The lease's token is part of the key, so a cleared run does its work again.

import type { PostgresSession } from "../connections/postgres.ts";
import type { JsonValue } from "../dag/json.ts";

export interface LedgerKey {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  /** The lease's token. */
  readonly token: string;
  /** What the work was made of: a hash of the file, the statements, the options. */
  readonly contentHash: string;
}

/** Rows older than this are removed by the next acquire: no retry comes that late. */
const keptDays = 30;

/** What the same work returned when it was committed; undefined when it was not. */
export async function findLedgerRow(
  session: PostgresSession,
  key: LedgerKey,
): Promise<{ readonly result: JsonValue } | undefined> {
  const { rows } = await session.query<{ result: string }>(
    `SELECT result::text AS result FROM dagwright.ledger
      WHERE (dag_id, run_id, task_id, map_index, token, content_hash) = ($1, $2, $3, $4::integer, $5::bigint, $6)`,
    valuesOf(key),
  );
  return rows[0] && { result: JSON.parse(rows[0].result) as JsonValue };
}

/** Call it in the transaction that writes the data, last. */
export async function writeLedgerRow(session: PostgresSession, key: LedgerKey, result: JsonValue): Promise<void> {
  await session.query(
    `INSERT INTO dagwright.ledger (dag_id, run_id, task_id, map_index, token, content_hash, result)
     VALUES ($1, $2, $3, $4::integer, $5::bigint, $6, $7::jsonb)`,
    [...valuesOf(key), JSON.stringify(result)],
  );
}

export async function removeOldLedgerRows(session: PostgresSession): Promise<void> {
  await session.query("DELETE FROM dagwright.ledger WHERE written < now() - make_interval(days => $1)", [keptDays]);
}

function valuesOf(key: LedgerKey): unknown[] {
  return [key.dagId, key.runId, key.taskId, key.mapIndex, key.token, key.contentHash];
}
