// The content of a whole database as a few numbers: for each table its rows and the sum of their hashes, whatever the order. The same
// on every version of PostgreSQL and whatever the layout of partitions.

import { parseConnection } from "../runtime/connections/parse-connection.ts";
import { connectPostgres } from "../runtime/connections/postgres.ts";

export type Fingerprint = Readonly<Record<string, { readonly rows: string; readonly hash: string }>>;

/** All tables, partitioned ones as one, and materialised views outside of the system's schemas and `dagwright`. */
export async function fingerprint({ uri }: { readonly uri: string }): Promise<Fingerprint> {
  const session = await connectPostgres(parseConnection("fingerprint", uri), {
    applicationName: "dagwright fingerprint",
  });
  try {
    await session.query(`SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC';
      SET extra_float_digits = 3; SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET search_path = ''`);
    const { rows: relations } = await session.query<{ name: string; columns: string | null }>(
      `SELECT format('%s%I.%I', CASE WHEN c.relkind = 'r' THEN 'ONLY ' ELSE '' END, n.nspname, c.relname) AS name,
              string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname) AS columns
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition AND c.relpersistence <> 't'
          AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'dagwright')
          AND (c.relkind <> 'm' OR c.relispopulated)
        GROUP BY c.relkind, n.nspname, c.relname ORDER BY 1`,
    );
    const tables: Record<string, { rows: string; hash: string }> = {};
    for (const { name, columns } of relations) {
      const { rows } = await session.query<{ rows: string; hash: string }>(
        `SELECT count(*)::text AS rows, coalesce(sum(hashtextextended(row::text, 0)::numeric), 0)::text AS hash
           FROM (SELECT ROW(${columns ?? ""}) AS row FROM ${name}) AS all_rows`,
      );
      tables[name.replace(/^ONLY /, "")] = rows[0]!;
    }
    return tables;
  } finally {
    await session.end();
  }
}
