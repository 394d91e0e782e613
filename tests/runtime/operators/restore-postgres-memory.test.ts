import { expect, test } from "vitest";
import { createDatabase } from "../../support/databases.ts";
import { restoreInChild } from "../../support/restore-postgres-child.ts";
import { describeRestores, dumpBytes, upload } from "../../support/restore-tasks.ts";
import { s3Connection } from "../../support/s3.ts";

/** What the garbage collector leaves for later, by far; the larger archive has more than twice as much to hold on to. */
const slackMb = 100;

describeRestores("the memory of a restore", () => {
  test("is that of a small process, whatever the archive's size", async () => {
    const [small, large] = [await peakOf(10_000), await peakOf(250_000)];
    expect((large.bytes - small.bytes) / 1e6).toBeGreaterThan(2 * slackMb);
    expect(large.peakMb - small.peakMb).toBeLessThan(slackMb);
  }, 180_000);
});

async function peakOf(rows: number): Promise<{ bytes: number; peakMb: number }> {
  const source = await createDatabase(16);
  await source.query(
    `CREATE TABLE notes AS SELECT i AS id, repeat(md5(i::text), 31) AS body FROM generate_series(1, ${rows}) i`,
  );
  const object = await upload(await dumpBytes(source, { args: ["--compress=0"] }));
  const target = await createDatabase(18);
  const { result, peakMb } = await restoreInChild(object, target.connection, s3Connection()).done;
  return { bytes: result.bytes, peakMb };
}
