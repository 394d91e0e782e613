// A log that is followed while it is cut over and over: nothing is printed twice, and what was left out before it was read is told.

import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { followLog } from "../../cli/follow-log.ts";
import { capLog } from "../../runtime/executor/cap-log.ts";
import { createFolder } from "../support/built-project.ts";

const capBytes = 128 * 1024;
const lines = (from: number, to: number) =>
  Array.from(
    { length: to - from },
    (_, index) => `line ${String(from + index).padStart(8, "0")} ${"x".repeat(50)}\n`,
  ).join("");

/** Resolves with all that is printed. */
function follow(file: string) {
  let printed = "";
  let isEnded = false;
  let wake = () => {};
  const done = followLog({
    file,
    print: async (bytes) => {
      printed += String(bytes);
      wake();
    },
    isEnded: () => isEnded,
    signal: new AbortController().signal,
    capBytes,
  });
  return {
    printed: () => printed,
    until: async (text: string) => {
      while (!printed.includes(text)) await new Promise<void>((resolve) => (wake = resolve));
    },
    end: async () => {
      isEnded = true;
      await done;
      return printed;
    },
  };
}

it("prints every line once, however often the log is cut behind it", async () => {
  const file = join(createFolder(), "attempt=1.log");
  const follower = follow(file);
  const step = 1_000;
  let written = "";
  for (let from = 0; from < 10 * step; from += step) {
    appendFileSync(file, lines(from, from + step));
    written += lines(from, from + step);
    await follower.until(`line ${String(from + step - 1).padStart(8, "0")}`);
    capLog(file, capBytes);
  }
  expect(await follower.end()).toBe(written);
});

it("says how much was left out that it had not printed, and goes on behind that", async () => {
  const file = join(createFolder(), "attempt=1.log");
  writeFileSync(file, lines(0, 500));
  const follower = follow(file);
  await follower.until("line 00000499");
  // Before it looks again.
  appendFileSync(file, lines(500, 20_000));
  capLog(file, capBytes);
  appendFileSync(file, lines(20_000, 20_010));
  const printed = await follower.end();
  const told = /\[(\d+) bytes were left out here: the log was over its cap\]/.exec(printed);
  const lengthOfLines = printed.replace(/\[\d+ bytes.*\n/, "").length;
  expect(lengthOfLines + Number(told?.[1])).toBe(lines(0, 20_010).length);
  expect(printed.endsWith(lines(19_999, 20_010))).toBe(true);
  expect(new Set(printed.split("\n")).size).toBe(printed.trimEnd().split("\n").length + 1);
});

it("waits for a log that is not there yet", async () => {
  const file = join(createFolder(), "attempt=1.log");
  const follower = follow(file);
  writeFileSync(file, "begun\n");
  await follower.until("begun\n");
  expect(await follower.end()).toBe("begun\n");
});
