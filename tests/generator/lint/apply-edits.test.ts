import { expect, test } from "vitest";
import { applyEdits } from "../../../generator/lint/apply-edits.ts";

test.each([
  ["in any order", [edit(4, 5, "E"), edit(0, 1, "A")], "AbcdE", 2],
  ["insertions at both ends", [edit(5, 5, ">"), edit(0, 0, "<")], "<abcde>", 2],
  ["the same twice", [edit(1, 2, "B"), edit(1, 2, "B")], "aBcde", 1],
  ["two that overlap: the first", [edit(1, 4, "-"), edit(2, 3, "C")], "a-e", 1],
  ["two insertions at one place: the first", [edit(2, 2, "1"), edit(2, 2, "2")], "ab1cde", 1],
  ["side by side", [edit(0, 2, ""), edit(2, 3, "C")], "Cde", 2],
  ["none", [], "abcde", 0],
])("%s", (_, edits, text, count) => {
  expect(applyEdits("abcde", edits)).toEqual({ text, count });
});

function edit(start: number, end: number, text: string) {
  return { start, end, text };
}
