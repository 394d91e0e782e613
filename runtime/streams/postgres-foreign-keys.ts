// Foreign keys between tables, a partition standing for its partitioned table, and the order in which loading tables keeps them.

import type { PostgresSession } from "../connections/postgres.ts";

export interface ForeignKey {
  readonly constraint: string;
  /** The relation that the constraint is on: a table, or one partition of it. */
  readonly relation: string;
  readonly isDeferrable: boolean;
  /** The table that refers. */
  readonly from: string;
  /** The table that is referred to. */
  readonly to: string;
}

/** Keys that involve one of the tables on either side. Those that partitions inherit are left to their parent's. */
export async function readForeignKeys(session: PostgresSession, tables: readonly string[]): Promise<ForeignKey[]> {
  const { rows } = await session.query<ForeignKey>(
    `WITH keys AS (
       SELECT k.conname, k.conrelid, k.condeferrable,
              coalesce(pg_partition_root(k.conrelid), k.conrelid) AS referrer,
              coalesce(pg_partition_root(k.confrelid), k.confrelid) AS referred
         FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0)
     SELECT quote_ident(k.conname) AS constraint, ${nameOf("k.conrelid")} AS relation,
            k.condeferrable AS "isDeferrable", ${nameOf("k.referrer")} AS "from", ${nameOf("k.referred")} AS "to"
       FROM keys k
      WHERE ${nameOf("k.referrer")} = ANY ($1) OR ${nameOf("k.referred")} = ANY ($1)
      ORDER BY 2, 1`,
    [tables],
  );
  return rows;
}

export interface LoadOrder {
  /** What is referred to comes first; otherwise by name. */
  readonly tables: readonly string[];
  /** Keys that no order can keep, because they form a cycle: checked only after the load. */
  readonly deferred: readonly ForeignKey[];
}

/** Pure. A key from a table to itself binds nothing: COPY checks it at its end. */
export function planLoadOrder(tables: readonly string[], keys: readonly ForeignKey[]): LoadOrder {
  const chosen = new Set(tables);
  const between = keys.filter(({ from, to }) => from !== to && chosen.has(from) && chosen.has(to));
  const remaining = new Set([...tables].sort(byCodeUnits));
  const ordered: string[] = [];
  while (remaining.size > 0) {
    const candidates = [...remaining];
    const isReady = (table: string) => !between.some(({ from, to }) => from === table && remaining.has(to));
    const next = candidates.find(isReady) ?? cheapest(candidates, between);
    ordered.push(next);
    remaining.delete(next);
  }
  const place = new Map(ordered.map((table, index) => [table, index]));
  return { tables: ordered, deferred: between.filter(({ from, to }) => place.get(to)! > place.get(from)!) };
}

/** Every one left waits for another: take one inside a cycle that breaks the fewest keys, rather those that can be deferred anyway. */
function cheapest(candidates: readonly string[], keys: readonly ForeignKey[]): string {
  const left = new Set(candidates);
  const cost = (table: string) =>
    keys
      .filter(({ from, to }) => from === table && left.has(to))
      .reduce((sum, { isDeferrable }) => sum + (isDeferrable ? 1 : 1000), 0);
  const inCycle = candidates.filter((table) => reaches(table, table, keys, left));
  return inCycle.reduce((best, table) => (cost(table) < cost(best) ? table : best));
}

function reaches(start: string, goal: string, keys: readonly ForeignKey[], within: ReadonlySet<string>): boolean {
  const seen = new Set<string>();
  const queue = [start];
  for (let table = queue.pop(); table !== undefined; table = queue.pop()) {
    for (const { from, to } of keys) {
      if (from !== table || !within.has(to) || seen.has(to)) continue;
      if (to === goal) return true;
      seen.add(to);
      queue.push(to);
    }
  }
  return false;
}

function nameOf(oid: string): string {
  return `(SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ${oid})`;
}

function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
