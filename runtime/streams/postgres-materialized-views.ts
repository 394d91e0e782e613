// Materialised views that see any of the given tables, directly or through other views, in the order in which to refresh them. One
// without data (`WITH NO DATA`) stays so: whoever made it has put its query off.

import type { PostgresSession } from "../connections/postgres.ts";

interface Dependency {
  readonly view: string;
  readonly isMaterialized: boolean;
  /** False for a materialised view without data. */
  readonly isPopulated: boolean;
  readonly source: string;
}

export interface RefreshPlan {
  /** In this order. */
  readonly refresh: readonly string[];
  /** Have old data and cannot be refreshed: they see a materialised view without data. */
  readonly stale: readonly string[];
}

export async function findMaterializedViews(session: PostgresSession, tables: readonly string[]): Promise<RefreshPlan> {
  const { rows } = await session.query<Dependency>(
    `SELECT DISTINCT format('%I.%I', vn.nspname, v.relname) AS view, v.relkind = 'm' AS "isMaterialized",
            v.relispopulated AS "isPopulated", format('%I.%I', sn.nspname, s.relname) AS source
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
  return planRefresh(rows, tables);
}

/** Pure. Views cannot form cycles, so a walk that visits sources first is an order. */
export function planRefresh(dependencies: readonly Dependency[], tables: readonly string[]): RefreshPlan {
  const copied = new Set(tables);
  const sourcesOf = new Map<string, Dependency[]>();
  for (const dependency of dependencies) {
    sourcesOf.set(dependency.view, [...(sourcesOf.get(dependency.view) ?? []), dependency]);
  }
  const walked = new Map<string, Walked>();
  const refresh: string[] = [];
  const stale: string[] = [];
  const visit = (relation: string): Walked => {
    if (copied.has(relation)) return { isAffected: true, isReadable: true };
    const known = walked.get(relation);
    if (known) return known;
    const sources = sourcesOf.get(relation) ?? [];
    const below = sources.map(({ source }) => visit(source));
    const { isMaterialized = false, isPopulated = true } = sources[0] ?? {};
    const isAffected = below.some((source) => source.isAffected);
    const canBeRead = below.every((source) => source.isReadable);
    if (isAffected && isMaterialized && isPopulated) (canBeRead ? refresh : stale).push(relation);
    const found = { isAffected, isReadable: isMaterialized ? isPopulated : canBeRead };
    walked.set(relation, found);
    return found;
  };
  for (const view of sourcesOf.keys()) visit(view);
  return { refresh, stale };
}

interface Walked {
  /** It sees one of the tables. */
  readonly isAffected: boolean;
  /** PostgreSQL refuses to read a materialised view without data, and a view that sees one. */
  readonly isReadable: boolean;
}
