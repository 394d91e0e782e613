// A log over its cap keeps its head, its tail and its last line, whatever is in it and whoever prints into it meanwhile.

import { execFile } from "node:child_process";
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { AttemptEnd } from "../../../runtime/executor/attempt.ts";
import { capLog } from "../../../runtime/executor/cap-log.ts";
import { lastLineOf } from "../../../runtime/executor/last-line.ts";
import { startAttempt } from "../../../runtime/executor/start-attempt.ts";
import { bashRequest } from "../../support/attempt.ts";
import { createFolder } from "../../support/built-project.ts";

const cap = 256 * 1024;
const marker = /^\[(\d+) bytes were left out here: the log was over its cap\] *$/m;

interface Parts {
  readonly head: Buffer;
  readonly leftOut: number;
  readonly tail: Buffer;
}

/** What a log with one marker consists of. */
function partsOf(path: string): Parts {
  const bytes = readFileSync(path);
  const found = marker.exec(bytes.toString("latin1"))!;
  expect(found).not.toBe(null);
  const end = found.index + found[0].length + 1;
  return { head: bytes.subarray(0, found.index), leftOut: Number(found[1]), tail: bytes.subarray(end) };
}

function logWith(content: Buffer | string): string {
  const path = join(createFolder(), "log");
  writeFileSync(path, content);
  return path;
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join("");

describe("a log that nobody prints into", () => {
  it("is left as it is up to its cap", () => {
    const content = "x".repeat(cap);
    const path = logWith(content);
    capLog(path, cap);
    expect(readFileSync(path, "utf8")).toBe(content);
  });

  it("keeps whole lines at both ends, and every byte is either kept or counted", () => {
    const content = Buffer.from(numbers(0, 100_000));
    const path = logWith(content);
    capLog(path, cap);
    const { head, leftOut, tail } = partsOf(path);
    expect(content.indexOf(head)).toBe(0);
    expect(content.subarray(head.length + leftOut).equals(tail)).toBe(true);
    expect(head.toString()).toMatch(/\n$/);
    expect(tail.toString()).toMatch(/^line \d+\n/);
    expect(statSync(path).size).toBeLessThanOrEqual(cap);
    expect(lastLineOf(path)).toBe("line 99999");
  });

  it("is cut again and again, and counts what all the cuts left out", () => {
    const path = logWith("");
    for (let cut = 0; cut < 10; cut++) {
      appendFileSync(path, numbers(cut * 50_000, (cut + 1) * 50_000));
      capLog(path, cap);
      expect(statSync(path).size).toBeLessThanOrEqual(cap);
    }
    const { head, leftOut, tail } = partsOf(path);
    expect(head.length + leftOut + tail.length).toBe(numbers(0, 500_000).length);
    expect(tail.toString("latin1")).not.toMatch(marker);
    expect(lastLineOf(path)).toBe("line 499999");
  });

  it("has the whole last line though it has no end", () => {
    const path = logWith(`${numbers(0, 100_000)}no line end`);
    capLog(path, cap);
    expect(lastLineOf(path)).toBe("no line end");
  });

  it("keeps a blank last line blank", () => {
    const path = logWith(`${numbers(0, 100_000)}\n`);
    capLog(path, cap);
    expect(lastLineOf(path)).toBe("");
  });

  it("may be one line: both of its ends are kept", () => {
    const path = logWith(`begin${"x".repeat(10 * cap)}end`);
    capLog(path, cap);
    const { head, tail } = partsOf(path);
    expect(head.toString()).toMatch(/^beginx+\n$/);
    expect(tail.toString()).toMatch(/^x+end$/);
  });

  it("keeps bytes that are no UTF-8 as they are", () => {
    const line = Buffer.from([...Array(256).keys()].filter((byte) => byte !== 0x0a).concat(0x0a));
    const content = Buffer.concat(Array.from({ length: 4_096 }, () => line));
    const path = logWith(content);
    capLog(path, cap);
    const { head, leftOut, tail } = partsOf(path);
    expect(content.subarray(0, head.length).equals(head)).toBe(true);
    expect(content.subarray(head.length + leftOut).equals(tail)).toBe(true);
  });

  it("of the default cap keeps as much of its last line as an XCom takes", () => {
    const long = "y".repeat(1_500_000);
    const path = logWith(`${"x".repeat(70_000_000)}\n${"x".repeat(70_000_000)}\n${long}\n`);
    const before = lastLineOf(path);
    capLog(path, 100 * 1024 * 1024);
    expect(statSync(path).size).toBeLessThan(100 * 1024 * 1024);
    expect(lastLineOf(path)).toBe(before);
  });

  it("that is gone is nobody's trouble", () => {
    expect(() => capLog(join(createFolder(), "log"), cap)).not.toThrow();
  });
});

describe("a log that a task prints into", () => {
  it("is cut while some hundred megabytes go through it: no memory of ours, and the last line is the XCom", async () => {
    const print = (bytes: number) => `yes 'a line of a task that prints much' | head -c ${bytes}`;
    // Until it sees that its log was cut, which is looked at only every second; then some hundred megabytes in one go.
    const request = bashRequest(`
      rounds=1; ${print(20_000_000)}
      until grep -aq 'were left out here' ../logs/*; do ${print(20_000_000)}; rounds=$((rounds + 1)); done
      ${print(300_000_000)}; echo; echo $rounds`);
    const { end, grownBytes } = await runElsewhere({ ...request, logCapBytes: 4 * 1024 * 1024 });
    expect(end).toMatchObject({ outcome: "success", returnValue: expect.stringMatching(/^\d+$/) });
    expect(grownBytes).toBeLessThan(40_000_000);
    expect(statSync(request.logFile).size).toBeLessThanOrEqual(4 * 1024 * 1024);
    const { head, leftOut, tail } = partsOf(request.logFile);
    const printed = 300_000_000 + Number(end.returnValue) * 20_000_000 + `\n${end.returnValue}\n`.length;
    // What is printed in the microseconds of a cut is in neither.
    expect(head.length + leftOut + tail.length).toBeLessThanOrEqual(printed);
    expect(leftOut).toBeGreaterThan(200_000_000);
  });

  it("goes on where it was cut: nothing is put before, no hole is left", async () => {
    const request = { ...bashRequest("echo first; seq 3000000; echo last"), logCapBytes: cap };
    expect(await startAttempt(request, { outlives: true }).ended).toMatchObject({ returnValue: "last" });
    const { head, tail } = partsOf(request.logFile);
    expect(head.toString()).toMatch(/^first\n1\n2\n3\n/);
    expect(tail.toString()).toMatch(/\n2999999\n3000000\nlast\n$/);
    expect(readFileSync(request.logFile).includes(0)).toBe(false);
  });
});

interface Told {
  readonly end: AttemptEnd;
  readonly grownBytes: number;
}

async function runElsewhere(request: object): Promise<Told> {
  const file = join(createFolder(), "request");
  writeFileSync(file, JSON.stringify(request));
  const module = fileURLToPath(new URL("watched-log.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [module, file]);
  return JSON.parse(stdout) as Told;
}
