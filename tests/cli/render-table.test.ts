// Tables of thousands of rows: drawn in parts, as if drawn in one.

import { expect, it } from "vitest";
import { renderTable } from "../../cli/render-table.ts";

it("the columns of a long table stand where the widest cell of all wants them", () => {
  const rows = Array.from({ length: 1_700 }, (_, row) => [
    `run_${row}`,
    row === 1_600 ? "a long cell in one row" : "x",
    "end",
  ]);
  const lines = renderTable(["run_id", "note", "last"], rows).trimEnd().split("\n");
  expect(lines).toHaveLength(1_701);
  expect(lines[0]).toBe(`run_id    note${" ".repeat(20)}last`);
  expect(new Set(lines.slice(1).map((line) => line.indexOf("end")))).toEqual(new Set([lines[0]!.indexOf("last")]));
});
