// The reading side of a copy: one snapshot of all tables, exported, under locks that keep their rows from being truncated away.

import { type PostgresSession, pinDataSettings } from "../connections/postgres.ts";
import { KnownError } from "../errors.ts";
import { type CatalogTable, chooseTables, readTables, type TableChoice } from "../streams/postgres-catalog.ts";
import {
  readSequenceStates,
  readSequenceUses,
  type SequenceState,
  type SequenceUse,
} from "../streams/postgres-sequences.ts";

export interface Snapshot {
  /** Its exported name, e.g. `00000003-0000001B-1`. */
  readonly name: string;
  readonly tables: readonly CatalogTable[];
  readonly sequences: readonly SequenceUse[];
  /** To be called when the rows have been read: what it returns is then not behind them. */
  readSequences(): Promise<readonly SequenceState[]>;
}

export interface CopySource {
  readonly connection: string;
  readonly choice: TableChoice;
  /** Seconds that each lock is waited for. */
  readonly lockTimeout: number;
}

/**
 * Opens the snapshot, hands it to `work` and ends it. A failure leaves the session as it is, perhaps in the middle of a COPY: the
 * caller ends it.
 */
export async function withSnapshot<T>(
  session: PostgresSession,
  { connection, choice, lockTimeout }: CopySource,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  await pinDataSettings(session);
  const names = await namesOf(session, connection, choice);
  // A value of type regclass is read elsewhere: with its schema, then.
  await session.query("SELECT set_config('search_path', '', false), set_config('lock_timeout', $1, false)", [
    `${lockTimeout}s`,
  ]);
  await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  // The snapshot is taken by the first query: after the locks, so that no TRUNCATE can come between.
  await session.query(`LOCK TABLE ${names.join(", ")} IN ACCESS SHARE MODE`);
  const { rows } = await session.query<{ name: string }>("SELECT pg_export_snapshot() AS name");
  const tables = await readTables(session, names);
  if (tables.length < names.length) throw tablesChanged(connection, names, tables);
  const sequences = await readSequenceUses(session, names);
  const result = await work({
    name: rows[0]!.name,
    tables,
    sequences,
    readSequences: () => readSequenceStates(session, sequences),
  });
  await session.query("COMMIT");
  return result;
}

async function namesOf(session: PostgresSession, connection: string, choice: TableChoice): Promise<readonly string[]> {
  const { names, unknown } = await chooseTables(session, choice);
  const trouble = { where: `connection ${connection}`, isRetryable: false };
  if (unknown.length > 0) {
    throw new KnownError({
      ...trouble,
      what: "the source has no such tables",
      found: unknown.join(", "),
      remedy:
        'Name tables as SQL does: film, sales.order_line, sales."Order"; of a partitioned table only the table itself',
    });
  }
  if (names.length > 0) return names;
  throw new KnownError({
    ...trouble,
    what: "the source has no tables to copy",
    found: `schemas ${choice.schemas.join(", ")} without ${choice.exclude?.join(", ") || "exceptions"}`,
    remedy: "Load the source first, or name other schemas",
  });
}

function tablesChanged(connection: string, names: readonly string[], tables: readonly CatalogTable[]): KnownError {
  const seen = new Set(tables.map(({ name }) => name));
  return new KnownError({
    what: "tables of the source were dropped or changed while the copy began",
    where: `connection ${connection}`,
    found: names.filter((name) => !seen.has(name)).join(", "),
    remedy: "The next try starts anew",
  });
}
