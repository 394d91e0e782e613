// Users' triggers must not fire on replicated rows: they would alter them, or do their work a second time. Each is switched off by
// name on the relation that has it, and put back into the state it was in; all of it goes with the transaction.

import type { PostgresSession } from "../connections/postgres.ts";

export interface FiringTrigger {
  readonly trigger: string;
  /** A table or one of its partitions. */
  readonly relation: string;
  readonly isAlways: boolean;
}

/** Triggers of the tables and their partitions that ordinary writes fire. Those of foreign keys are not among them. */
export async function findFiringTriggers(
  session: PostgresSession,
  tables: readonly string[],
): Promise<FiringTrigger[]> {
  const { rows } = await session.query<FiringTrigger>(
    `SELECT quote_ident(t.tgname) AS trigger, format('%I.%I', n.nspname, c.relname) AS relation,
            t.tgenabled = 'A' AS "isAlways"
       FROM unnest($1::text[]) AS w (name)
       JOIN pg_class c ON coalesce(pg_partition_root(c.oid), c.oid) = to_regclass(w.name) AND c.relkind IN ('r', 'p')
       JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
      ORDER BY 2, 1`,
    [tables],
  );
  return rows;
}

export async function disableTriggers(session: PostgresSession, triggers: readonly FiringTrigger[]): Promise<void> {
  for (const { trigger, relation } of triggers) {
    await session.query(`ALTER TABLE ONLY ${relation} DISABLE TRIGGER ${trigger}`);
  }
}

export async function restoreTriggers(session: PostgresSession, triggers: readonly FiringTrigger[]): Promise<void> {
  for (const { trigger, relation, isAlways } of triggers) {
    await session.query(`ALTER TABLE ONLY ${relation} ENABLE ${isAlways ? "ALWAYS " : ""}TRIGGER ${trigger}`);
  }
}
