import { describe, expect, it } from "vitest";
import { type CheckCountsOptions, checkCounts, compareCounts } from "../../../runtime/operators/check-counts.ts";
import { copy, createPair } from "../../support/copy-tasks.ts";
import { createDatabase, type TestDatabase } from "../../support/databases.ts";
import { emptyOdd, oddSchema } from "../../support/odd-schema.ts";
import { inTask } from "../../support/running-task.ts";
import { troubleOf } from "../../support/trouble.ts";

describe("counts against figures", () => {
  const tables = `CREATE TABLE actor AS SELECT generate_series(1, 200); CREATE TABLE "Odd.Name" AS SELECT 1;
    CREATE TABLE parted (a integer) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF parted DEFAULT; INSERT INTO parted VALUES (1), (2)`;

  it("are returned when all are as expected", async () => {
    const database = await createDatabase(18);
    await database.query(tables);
    const expected = { actor: 200, '"Odd.Name"': 1, parted: 2, "public.p": 2 };
    expect(await check([database], { connection: "test_postgres", expected })).toEqual(expected);
  });

  it("fail for good, with all differences, when some are not", async () => {
    const database = await createDatabase(16);
    await database.query(tables);
    const expected = { actor: 199, parted: 2, film: 1000 };
    const error = await troubleOf(check([database], { connection: "test_postgres", expected }));
    expect(error.trouble).toMatchObject({
      isRetryable: false,
      found: "actor: 200 found, 199 expected; film: no such table found, 1000 expected",
    });
  });
});

describe("counts against another database", () => {
  it("agree after a copy and differ before it", async () => {
    const [source, target] = await createPair(16, 18);
    await source.query(oddSchema({ virtual: false }));
    await target.query(oddSchema({ virtual: false }));
    await target.query(emptyOdd);
    const options = { connection: "source", against: "target", schemas: ["public", "Odd.Schema"] };
    const error = await troubleOf(check([source, target], options));
    expect(error.trouble).toMatchObject({ isRetryable: false, where: "target found, source expected" });
    expect(error.message).toContain("measured: 0 found, 701 expected");
    await copy(source, target, { schemas: options.schemas });
    expect(await check([source, target], options)).toMatchObject({
      measured: 701,
      '"Odd.Schema"."Order"': 1,
      parent: 1,
    });
  });

  it.each([
    { choice: { tables: ["actor", "fil"] }, says: "fil" },
    { choice: { schemas: ["nowhere"] }, says: "the chosen schemas are empty" },
  ])("fail for good when there is nothing of $choice", async ({ choice, says }) => {
    const [source, target] = await createPair(16, 18);
    for (const database of [source, target]) await database.query("CREATE TABLE actor ()");
    const error = await troubleOf(check([source, target], { connection: "source", against: "target", ...choice }));
    expect(error.trouble).toMatchObject({ isRetryable: false, found: says });
  });

  it.each([
    { found: [], expected: [["a", 1]], says: ["a: no such table found, 1 expected"] },
    { found: [["a", 1]], expected: [], says: ["a: 1 found, no such table expected"] },
    { found: [["a", 0]], expected: [["a", 0]], says: [] },
  ] as const)("list tables that one side lacks: $says", ({ found, expected, says }) => {
    expect(compareCounts(new Map(found), new Map(expected))).toEqual(says);
  });
});

function check(databases: readonly TestDatabase[], options: CheckCountsOptions) {
  return inTask({ connections: databases.map(({ connection }) => connection) }, () => checkCounts(options).execute({}));
}
