import { chain, Dag } from "dagwright";
import { acquireLease, checkCounts, hashFiles, loadSqlDump, query, releaseLease, sql } from "dagwright/operators";
import { pagila as connection, expectedCounts, files, loadLockKey } from "./pagila.ts";
import createPostgresRole from "./sql/create-postgres-role.sql";
import startAudit from "./sql/pagila-audit-start.sql";
import completeAudit from "./sql/pagila-audit-success.sql";
import createAuditTable from "./sql/pagila-audit-table.sql";
import resetPublic from "./sql/pagila-reset-public.sql";

/** Loads the Pagila dump into PostgreSQL, once for each version of its files. */
export const dag = new Dag("load_pagila_to_postgres", {
  schedule: null,
  startDate: "2024-01-01",
  tags: ["pagila", "postgres", "idempotent"],
  defaultArgs: { retries: 2, retryDelay: 60 },
});

const hashes = dag.run("compute_hashes", hashFiles(files));

/** The newest audit row decides, of whatever hashes: A loaded, B failed after its reset, A again must load. */
const skipIfAlreadyLoaded = dag.shortCircuit(
  "skip_if_already_loaded",
  async ({ hashes }: { hashes: { schema: string; data: string } }) => {
    await query({ connection, text: createAuditTable });
    const [newest] = await query<{ is_loaded: boolean }>({
      connection,
      text: `SELECT succeeded AND schema_sha256 = $1 AND data_sha256 = $2 AS is_loaded
             FROM pagila_support.pagila_load_audit ORDER BY started_at DESC LIMIT 1`,
      values: [hashes.schema, hashes.data],
    });
    return !newest?.is_loaded;
  },
  { connections: [connection] },
);

const lock = dag.setup("acquire_lock", acquireLease({ connection, key: loadLockKey }));
const counts = dag.run("verify_counts", checkCounts({ connection, expected: expectedCounts }));

chain(
  skipIfAlreadyLoaded({ hashes }),
  lock,
  dag.run("reset_public_schema", sql({ connection, transactions: [startAudit, resetPublic], under: lock })),
  dag.run("ensure_postgres_role", sql({ connection, text: createPostgresRole, under: lock })),
  dag.run("create_schema", loadSqlDump({ connection, file: files.schema, under: lock })),
  dag.run("load_data_streaming", loadSqlDump({ connection, file: files.data, under: lock })),
  counts,
  dag.run("record_success", sql({ connection, text: completeAudit, inputs: { hashes, counts }, under: lock })),
  dag.teardown("release_lock", releaseLease(lock)),
);
