// The tables that COPY reads and writes one by one, in an order that foreign keys allow.

import { parseConnection } from "../runtime/connections/parse-connection.ts";
import { connectPostgres } from "../runtime/connections/postgres.ts";
import { planLoadOrder, readForeignKeys } from "../runtime/streams/postgres-foreign-keys.ts";
import { ask } from "./servers.ts";

export interface LoadingOrder {
  /** Partitions, not the tables above them: COPY reads only those. */
  readonly tables: readonly string[];
  /** Whether no order keeps all keys. */
  readonly hasCycle: boolean;
}

export async function readLoadingOrder(uri: string): Promise<LoadingOrder> {
  const leaves = await ask<{ name: string; root: string }>(
    uri,
    `SELECT format('public.%I', c.relname) AS name, format('public.%I', r.relname) AS root
       FROM pg_class c JOIN pg_class r ON r.oid = coalesce(pg_partition_root(c.oid), c.oid)
      WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const session = await connectPostgres(parseConnection("bench", uri), { applicationName: "dagwright bench" });
  try {
    const roots = [...new Set(leaves.map(({ root }) => root))];
    const order = planLoadOrder(roots, await readForeignKeys(session, roots));
    const tables = order.tables.flatMap((root) => leaves.filter((leaf) => leaf.root === root).map(({ name }) => name));
    return { tables, hasCycle: order.deferred.length > 0 };
  } finally {
    await session.end();
  }
}
