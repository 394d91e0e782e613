// Sequences that fill the columns of tables: owned, identity, and unowned ones named by a default. Their state is set so that it goes
// with the transaction: setval alone would survive a rollback.

import type { PostgresSession } from "../connections/postgres.ts";

export interface SequenceUse {
  readonly sequence: string;
  /** `table.column` that owns it, as an identity or by OWNED BY; null for one that a default merely names. */
  readonly owner: string | null;
}

export interface SequenceState extends SequenceUse {
  readonly lastValue: string;
  readonly isCalled: boolean;
}

/** Sequences of the tables and their partitions, sorted by name. */
export async function readSequenceUses(session: PostgresSession, tables: readonly string[]): Promise<SequenceUse[]> {
  const { rows } = await session.query<SequenceUse>(
    `WITH relations AS (
       SELECT r.oid, w.name FROM unnest($1::text[]) AS w (name)
         JOIN pg_class r ON coalesce(pg_partition_root(r.oid), r.oid) = to_regclass(w.name) AND r.relkind IN ('r', 'p')),
     uses AS (
       SELECT d.objid AS sequence, format('%s.%I', r.name, a.attname) AS owner
         FROM relations r
         JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid AND d.deptype IN ('a', 'i')
              AND d.classid = 'pg_class'::regclass AND d.refobjsubid > 0
         JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid
       UNION
       SELECT d.refobjid, NULL
         FROM relations r
         JOIN pg_attrdef f ON f.adrelid = r.oid
         JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass)
     SELECT format('%I.%I', n.nspname, s.relname) AS sequence, max(u.owner) AS owner
       FROM uses u JOIN pg_class s ON s.oid = u.sequence AND s.relkind = 'S' JOIN pg_namespace n ON n.oid = s.relnamespace
      GROUP BY 1 ORDER BY 1`,
    [tables],
  );
  return rows;
}

/** Sequences stand outside of snapshots: the state read is never behind the rows of a snapshot taken before. */
export async function readSequenceStates(
  session: PostgresSession,
  uses: readonly SequenceUse[],
): Promise<SequenceState[]> {
  const states: SequenceState[] = [];
  for (const use of uses) {
    const { rows } = await session.query<{ lastValue: string; isCalled: boolean }>(
      `SELECT last_value::text AS "lastValue", is_called AS "isCalled" FROM ${use.sequence}`,
    );
    states.push({ ...use, ...rows[0]! });
  }
  return states;
}

/** RESTART gives the sequence a new file that belongs to this transaction, and setval writes into that. */
export async function setSequence(
  session: PostgresSession,
  sequence: string,
  { lastValue, isCalled }: Pick<SequenceState, "lastValue" | "isCalled">,
): Promise<void> {
  await session.query(`ALTER SEQUENCE ${sequence} RESTART`);
  await session.query("SELECT setval($1::regclass, $2::bigint, $3)", [sequence, lastValue, isCalled]);
}
