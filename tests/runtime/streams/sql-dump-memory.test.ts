// In a process of its own, from the built package: what counts is the memory of a task process, not that of the test runner.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const script = `
import { readSqlDump } from ${JSON.stringify(new URL("../../../dist/runtime/streams/sql-dump.js", import.meta.url))};

const row = Buffer.from("12345\\t2022-02-15 09:34:33.123456+00\\tsome text of a row\\t\\\\\\\\.\\t17\\n");
const chunkBytes = 256 * 1024;
async function* dump(bytes) {
  yield Buffer.from("SELECT 1;\\nCOPY t FROM stdin;\\n");
  for (let sent = 0; sent < bytes; sent += chunkBytes) yield Buffer.alloc(chunkBytes, row);
  yield Buffer.from("\\n\\\\.\\n");
}
let peak = 0;
async function read(bytes) {
  let passed = 0;
  for await (const part of readSqlDump(dump(bytes))) {
    if (part.kind !== "copy") continue;
    for await (const piece of part.data) {
      passed += piece.length;
      if (passed % (8 * chunkBytes) < chunkBytes) peak = Math.max(peak, process.memoryUsage.rss());
    }
  }
  return passed;
}
const before = process.memoryUsage.rss();
const began = performance.now();
const passed = await read(500e6);
console.log(JSON.stringify({ passed, grown: peak - before, seconds: (performance.now() - began) / 1000 }));
`;

it("reads a COPY block of 500 MB in constant memory", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  const { passed, grown } = JSON.parse(stdout) as { passed: number; grown: number };
  expect(passed).toBeGreaterThanOrEqual(500e6);
  expect(grown).toBeLessThan(150e6);
});
