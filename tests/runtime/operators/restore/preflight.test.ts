import { expect, test } from "vitest";
import { preflight } from "../../../../runtime/operators/restore/preflight.ts";
import { createDatabase } from "../../../support/databases.ts";
import { postgresBin } from "../../../support/postgres-tools.ts";
import { describeWithPostgresTools, dumpBytes } from "../../../support/restore-tasks.ts";

describeWithPostgresTools("what is known of an archive when it was judged", () => {
  test("is the number of its tables, without its entries and their SQL, in whatever pieces it came; all of them are handed on", async () => {
    const source = await createDatabase(16);
    await source.query("CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE VIEW c AS SELECT * FROM a");
    const bytes = await dumpBytes(source);
    async function* inPieces() {
      for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
    }
    const signal = new AbortController().signal;
    const options = { allow: [], toolFolder: postgresBin(18), where: "the archive", signal };
    const { chunks, ...judged } = await preflight(inPieces(), options);
    expect(judged).toEqual({ tables: 2, tool: expect.objectContaining({ version: expect.any(String) }) });
    const read: Uint8Array[] = [];
    for await (const chunk of chunks) read.push(chunk);
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
  });
});
