// Materialised views that see any of the given tables, directly or through other views, in the order in which to refresh them.

import type { PostgresSession } from "../connections/postgres.ts";

interface Dependency {
  readonly view: string;
  readonly isMaterialized: boolean;
  readonly source: string;
}

export async function findMaterializedViews(session: PostgresSession, tables: readonly string[]): Promise<string[]> {
  const { rows } = await session.query<Dependency>(
    `SELECT DISTINCT format('%I.%I', vn.nspname, v.relname) AS view, v.relkind = 'm' AS "isMaterialized",
            format('%I.%I', sn.nspname, s.relname) AS source
       FROM pg_rewrite r
       JOIN pg_class v ON v.oid = r.ev_class AND v.relkind IN ('v', 'm')
       JOIN pg_namespace vn ON vn.oid = v.relnamespace
       JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
       JOIN pg_class u ON u.oid = d.refobjid AND u.oid <> v.oid
       JOIN pg_class s ON s.oid = coalesce(pg_partition_root(u.oid), u.oid)
       JOIN pg_namespace sn ON sn.oid = s.relnamespace
      WHERE vn.nspname NOT IN ('pg_catalog', 'information_schema')
      ORDER BY 1, 3`,
  );
  return planRefreshOrder(rows, tables);
}

/** Pure. Views cannot form cycles, so a walk that visits sources first is an order. */
export function planRefreshOrder(dependencies: readonly Dependency[], tables: readonly string[]): string[] {
  const copied = new Set(tables);
  const sourcesOf = new Map<string, Dependency[]>();
  for (const dependency of dependencies) {
    sourcesOf.set(dependency.view, [...(sourcesOf.get(dependency.view) ?? []), dependency]);
  }
  const isAffected = new Map<string, boolean>();
  const order: string[] = [];
  const visit = (relation: string): boolean => {
    if (copied.has(relation)) return true;
    const known = isAffected.get(relation);
    if (known !== undefined) return known;
    const sources = sourcesOf.get(relation) ?? [];
    const affected = sources.map(({ source }) => visit(source)).includes(true);
    isAffected.set(relation, affected);
    if (affected && sources[0]!.isMaterialized) order.push(relation);
    return affected;
  };
  for (const view of sourcesOf.keys()) visit(view);
  return order;
}
