import { expect, it } from "vitest";
import { copyInChild } from "../../support/copy-child.ts";
import { createPair } from "../../support/copy-tasks.ts";

it("copies 300 MB, with single values of 20 MB among them, within the memory of a small process", async () => {
  const [source, target] = await createPair(16, 18);
  const schema = "CREATE TABLE wide (id bigint, a text, b text, c timestamptz, d numeric)";
  await source.query(`${schema}; INSERT INTO wide
    SELECT n, repeat(md5(n::text), 20), md5((-n)::text), timestamptz '2024-01-01' + n * interval '1 second', n / 7.0
      FROM generate_series(1, 360000) n;
    INSERT INTO wide (id, a) SELECT -n, repeat('0123456789', 2000000) FROM generate_series(1, 2) n`);
  await target.query(schema);
  const { bytes, peakMb } = await copyInChild(source, target).done;
  expect(bytes).toBeGreaterThan(300e6);
  expect(peakMb).toBeLessThan(160);
});
