import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { createDatabase } from "../../support/databases.ts";
import { dumpBytes, restore, upload } from "../../support/restore-tasks.ts";
import { describeWithS3 } from "../../support/s3.ts";

const content = `
  CREATE SCHEMA sales;
  CREATE TYPE sales.mood AS ENUM ('ok', 'bad');
  CREATE TABLE sales.customer (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, mood sales.mood);
  CREATE TABLE sales.orders (id int PRIMARY KEY, customer int REFERENCES sales.customer);
  INSERT INTO sales.customer (name, mood) SELECT 'customer ' || i, 'ok' FROM generate_series(1, 5000) i;
  INSERT INTO sales.orders SELECT i, i FROM generate_series(1, 5000) i;
  CREATE VIEW sales.names AS SELECT name FROM sales.customer;
`;

describeWithS3("restorePostgres", () => {
  test.each([
    [16, 18, "custom"],
    [18, 18, "custom"],
    [18, 16, "custom"],
    [18, 18, "tar"],
    [17, 16, "custom"],
  ] as const)("restores an archive of pg_dump %i into a server of %i (%s)", async (dumped, server, format) => {
    const source = await createDatabase(16);
    await source.query(content);
    const bytes = await dumpBytes(source, { version: dumped, format });
    const target = await createDatabase(server);
    await target.query("CREATE TABLE before (a int)");
    const object = await upload(bytes);
    const result = await restore(object, target);
    expect(result).toEqual({
      key: object.key,
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      database: target.connection.schema,
      mode: "fresh",
      tables: 2,
      seconds: expect.any(Number),
      warnings: server === 16 ? expect.any(Number) : 0,
      kept: null,
    });
    const rows = "SELECT md5(string_agg(c::text, ',' ORDER BY id)) FROM sales.customer c";
    expect(await target.query(rows)).toEqual(await source.query(rows));
    expect(await target.query("SELECT count(*)::int AS count FROM sales.orders")).toEqual([{ count: 5000 }]);
    expect(await target.query("SELECT to_regclass('before') AS before")).toEqual([{ before: null }]);
    // Analyzed, so that its first readers do not find empty statistics.
    expect(await target.query("SELECT reltuples::int AS n FROM pg_class WHERE relname = 'orders'")).toEqual([
      { n: 5000 },
    ]);
  });
});
