// What a PostgreSQL database has to copy: its tables and their columns, by the catalog. A partitioned table is one table here; its
// partitions are a matter of each side. Names are written as SQL writes them, quoted where they must be.

import type { PostgresSession } from "../connections/postgres.ts";

export interface CatalogColumn {
  /** As SQL writes it. */
  readonly name: string;
  /** With its schema and modifier: `character varying(50)`, `public.mpaa_rating`. */
  readonly type: string;
  /** Computed from other columns, stored or virtual: not copied. */
  readonly isGenerated: boolean;
}

export interface CatalogTable {
  /** `film`, or `sales."Order"` outside of schema `public`: how people, logs and results name it. */
  readonly label: string;
  /** With its schema, for statements. */
  readonly name: string;
  readonly isPartitioned: boolean;
  readonly columns: readonly CatalogColumn[];
}

export interface TableChoice {
  /** Schemas whose tables are meant. */
  readonly schemas: readonly string[];
  /** Only these, as SQL writes them. */
  readonly tables?: readonly string[] | undefined;
  /** All but these. */
  readonly exclude?: readonly string[] | undefined;
}

/** Tables that stand for themselves: no partitions, no temporary ones, none that belong to an extension. */
const ownTables = `
  c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

const label =
  "CASE WHEN n.nspname = 'public' THEN quote_ident(c.relname) ELSE format('%I.%I', n.nspname, c.relname) END";

/** Tables of the chosen schemas, or the listed ones; sorted by name. `unknown`: listed names that are no such table. */
export async function chooseTables(
  session: PostgresSession,
  { schemas, tables, exclude = [] }: TableChoice,
): Promise<{ readonly names: readonly string[]; readonly unknown: readonly string[] }> {
  const listed = [...(tables ?? []), ...exclude];
  const { rows: resolved } = await session.query<{ written: string; name: string | null }>(
    `SELECT written, format('%I.%I', n.nspname, c.relname) AS name
       FROM unnest($1::text[]) AS l (written)
       JOIN pg_class c ON c.oid = to_regclass(l.written) JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${ownTables}`,
    [listed],
  );
  const nameOf = new Map(resolved.map(({ written, name }) => [written, name]));
  const unknown = listed.filter((written) => !nameOf.has(written));
  const { rows } = await session.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${ownTables} AND CASE WHEN $2::text[] IS NULL THEN n.nspname = ANY ($1)
                                  ELSE format('%I.%I', n.nspname, c.relname) = ANY ($2) END
      ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,
    [schemas, tables ? tables.map((written) => nameOf.get(written) ?? null) : null],
  );
  const excluded = new Set(exclude.map((written) => nameOf.get(written)));
  return { names: rows.map(({ name }) => name).filter((name) => !excluded.has(name)), unknown };
}

/** The named tables, in that order; those that do not exist are left out. Run it with an empty search path. */
export async function readTables(session: PostgresSession, names: readonly string[]): Promise<CatalogTable[]> {
  const { rows } = await session.query<{ label: string; name: string; partitioned: boolean; columns: CatalogColumn[] }>(
    `SELECT ${label} AS label, w.name, c.relkind = 'p' AS partitioned,
            coalesce(jsonb_agg(jsonb_build_object(
              'name', quote_ident(a.attname),
              'type', format_type(a.atttypid, a.atttypmod),
              'isGenerated', a.attgenerated <> '') ORDER BY a.attnum) FILTER (WHERE a.attnum IS NOT NULL), '[]') AS columns
       FROM unnest($1::text[]) WITH ORDINALITY AS w (name, place)
       JOIN pg_class c ON c.oid = to_regclass(w.name) AND ${ownTables}
       JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      GROUP BY w.place, w.name, c.relkind, n.nspname, c.relname
      ORDER BY w.place`,
    [names],
  );
  return rows.map(({ label: written, name, partitioned, columns }) => ({
    label: written,
    name,
    isPartitioned: partitioned,
    columns,
  }));
}

/**
 * Runs `work` with an empty search path: format_type() then names the schema of every type that is not built in. The session's own
 * path is back afterwards, because defaults, checks and triggers of users may rely on it.
 */
export async function withEmptySearchPath<T>(session: PostgresSession, work: () => Promise<T>): Promise<T> {
  const { rows } = await session.query<{ path: string }>("SELECT current_setting('search_path') AS path");
  await session.query("SELECT set_config('search_path', '', false)");
  const result = await work();
  await session.query("SELECT set_config('search_path', $1, false)", [rows[0]!.path]);
  return result;
}
