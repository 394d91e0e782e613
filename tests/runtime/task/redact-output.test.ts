// The last words of a task process: a slow reader gets all of them, one that never reads holds nobody up.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";

/** More than a pipe holds. */
const bytes = 1_000_000;

function startPrinting(limitMs: number) {
  const module = new URL("../../../dist/runtime/task/redact-output.js", import.meta.url).href;
  const code = `
    import { redactOutput } from ${JSON.stringify(module)};
    const output = redactOutput([], ${limitMs});
    process.stdout.write("x".repeat(${bytes}));
    await output.finish();
    process.exit(7);`;
  return spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
}

it("waits for a reader that begins late", async () => {
  const child = startPrinting(60_000);
  await setTimeout(500);
  const [printed, [code]] = await Promise.all([text(child.stdout!), once(child, "exit")]);
  expect({ bytes: printed.length, code }).toEqual({ bytes, code: 7 });
});

it("ends when the limit is over, whether somebody reads or not", async () => {
  const [code] = await once(startPrinting(200), "exit");
  expect(code).toBe(7);
});
