import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeSamplePagila } from "../../quickstart/sample-pagila.ts";
import { sampleCounts } from "../../quickstart/sample-pagila-rows.ts";
import { loadSqlDump } from "../../runtime/operators/load-sql-dump.ts";
import { temporaryFolder } from "../runtime/streams/dump-files.ts";
import { createDatabase, type TestDatabase } from "../support/databases.ts";
import { inTask } from "../support/running-task.ts";

async function hashesOf(folder: string): Promise<string[]> {
  const files = await Promise.all(["schema.sql", "data.sql"].map((file) => readFile(join(folder, file))));
  return files.map((bytes) => createHash("sha256").update(bytes).digest("hex"));
}

async function load(database: TestDatabase, folder: string): Promise<void> {
  await inTask({ connections: [database.connection] }, async () => {
    for (const file of ["schema.sql", "data.sql"]) {
      await loadSqlDump({ connection: "test_postgres", file: join(folder, file) }).execute({});
    }
  });
}

async function countsIn(database: TestDatabase): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of Object.keys(sampleCounts())) {
    const [row] = await database.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${table}`);
    counts[table] = row!.rows;
  }
  return counts;
}

describe("the sample database", () => {
  it("is the same, byte for byte, for the same seed, and another for another", async () => {
    const [first, second, other] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    await writeSamplePagila(first, { seed: 7 });
    await writeSamplePagila(second, { seed: 7 });
    await writeSamplePagila(other, { seed: 8 });
    expect(await hashesOf(second)).toEqual(await hashesOf(first));
    expect(await hashesOf(other)).not.toEqual(await hashesOf(first));
  });

  it.each([
    [16, 1],
    [18, 1],
    [18, 3],
  ] as const)("loads into PostgreSQL %i with Pagila's counts, at scale %i", async (version, scale) => {
    const database = await createDatabase(version);
    const folder = temporaryFolder();
    await writeSamplePagila(folder, { seed: 1, scale });
    await load(database, folder);
    expect(await countsIn(database)).toEqual(sampleCounts(scale));
    expect(sampleCounts(1)).toMatchObject({ actor: 200, film: 1_000, customer: 599, rental: 16_044, payment: 16_049 });
  });

  it("has what makes Pagila a test: partitions, types, a trigger, sequences with owners, views", async () => {
    const database = await createDatabase(18);
    const folder = temporaryFolder();
    await writeSamplePagila(folder, { seed: 1 });
    await load(database, folder);
    const [facts] = await database.query(`SELECT
      (SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'payment'::regclass) AS partitions,
      pg_get_serial_sequence('payment', 'payment_id') AS sequence,
      nextval('rental_rental_id_seq')::int AS next_rental,
      (SELECT array_agg(typname::text ORDER BY typname) FROM pg_type
         WHERE typnamespace = 'public'::regnamespace AND typtype IN ('d', 'e')) AS types,
      (SELECT count(*)::int FROM film WHERE fulltext = '') AS untouched_by_trigger,
      (SELECT relispopulated FROM pg_class WHERE relname = 'rental_by_category') AS populated,
      (SELECT count(*)::int FROM film_cast) > 900 AS has_casts`);
    expect(facts).toEqual({
      partitions: 7,
      sequence: "public.payment_payment_id_seq",
      next_rental: 16_045,
      types: ["mpaa_rating", "stückzahl", "year"],
      untouched_by_trigger: 0,
      populated: false,
      has_casts: true,
    });
    await database.query("REFRESH MATERIALIZED VIEW rental_by_category");
    expect(await database.query("SELECT FROM rental_by_category")).not.toEqual([]);
  });
});
