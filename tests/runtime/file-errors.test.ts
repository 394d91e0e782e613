import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isKnownError } from "../../runtime/errors.ts";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { createFolder } from "../support/built-project.ts";

test.each([
  ["a folder below a file", (file: string) => mkdirSync(join(file, "x")), "A file stands where a folder is needed"],
  ["a folder in the place of a file", (file: string) => mkdirSync(file), "A file stands where a folder is needed"],
  ["reading a folder", (file: string) => readFileSync(join(file, "..")), "A folder stands where a file is needed"],
  ["writing to a full device", () => writeFileSync("/dev/full", "x"), "The disk is full"],
])("%s is a known error with a remedy", (_, work, remedy) => {
  const file = join(createFolder(), "file");
  writeFileSync(file, "");
  const message = `it cannot be done \\(there\\): E[A-Z]+: .*\\. ${remedy}`;
  expect(() => explainFileErrors("it cannot be done", "there", () => work(file))).toThrow(new RegExp(message));
});

test("a defect stays what it is", () => {
  const defect = new TypeError("no function");
  try {
    explainFileErrors("it cannot be done", "there", () => {
      throw defect;
    });
    expect.unreachable();
  } catch (error) {
    expect(error).toBe(defect);
    expect(isKnownError(error)).toBe(false);
  }
});
