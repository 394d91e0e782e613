import { appendFileSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { createProgressReader } from "../../../cli/live/progress.ts";
import { createFolder } from "../../support/built-project.ts";

const line = (table: string, rows: number | null, bytes: number) => `${JSON.stringify({ table, rows, bytes })}\n`;

function progressFile(text = ""): string {
  const file = join(createFolder(), "progress.jsonl");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Whoever reads the beginning again cannot make sense of it. */
function spoil(file: string, length: number): void {
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, "x".repeat(length), 0);
  closeSync(descriptor);
}

it("adds up the last line of each table", () => {
  const file = progressFile(line("a", 1, 10) + line("b", null, 5) + line("a", 2, 20));
  expect(createProgressReader().read(file, false)).toEqual({ table: "a", rows: 2, bytes: 25 });
});

it("is undefined before there is a file, or a line in it", () => {
  const reader = createProgressReader();
  expect(reader.read(join(createFolder(), "none"), false)).toBeUndefined();
  expect(reader.read(progressFile(), false)).toBeUndefined();
});

it("reads on where it stopped, in each file", () => {
  const first = line("a", 1, 10) + line("b", 2, 20);
  const [file, other] = [progressFile(first), progressFile(line("c", 7, 70))];
  const reader = createProgressReader();
  reader.read(file, false);
  reader.read(other, false);
  spoil(file, first.length);
  appendFileSync(file, line("a", 3, 30));
  expect(reader.read(file, false)).toEqual({ table: "a", rows: 5, bytes: 50 });
  expect(reader.read(other, false)).toEqual({ table: "c", rows: 7, bytes: 70 });
});

it("waits for the rest of a line that is being written", () => {
  const rest = line("é", 2, 20);
  const file = progressFile(line("é", 1, 10) + rest.slice(0, 12));
  const reader = createProgressReader();
  expect(reader.read(file, false)).toMatchObject({ rows: 1 });
  appendFileSync(file, rest.slice(12));
  expect(reader.read(file, false)).toMatchObject({ rows: 2 });
});

it("reads more than it takes at once", () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => line(`t${index % 3}`, index, index));
  expect(createProgressReader().read(progressFile(lines.join("")), true)).toMatchObject({
    rows: 4_999 + 4_998 + 4_997,
  });
});

it("reads what an ended task wrote once more, and then never again", () => {
  const file = progressFile(line("a", 1, 10));
  const reader = createProgressReader();
  reader.read(file, false);
  appendFileSync(file, line("a", 2, 20));
  expect(reader.read(file, true)).toMatchObject({ rows: 2 });
  appendFileSync(file, line("a", 3, 30));
  expect(reader.read(file, true)).toMatchObject({ rows: 2 });
});
