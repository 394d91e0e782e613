// Both databases side by side, by content: what was loaded is what arrived.

import { renderTable } from "../cli/render-table.ts";
import { fingerprint } from "./fingerprint.ts";

/** Prints a table; false when anything differs. */
export async function showComparison(source: string, target: string): Promise<boolean> {
  const [left, right] = await Promise.all([fingerprint({ uri: source }), fingerprint({ uri: target })]);
  // The load's own records stay on its side.
  const tables = Object.keys(left).filter((name) => !name.startsWith("pagila_support."));
  const rows = tables.map((name) => {
    const isSame = left[name]!.hash === right[name]?.hash && left[name]!.rows === right[name]?.rows;
    const count = (rows: string | undefined) => (rows === undefined ? "missing" : Number(rows).toLocaleString("en"));
    return { cells: [name, count(left[name]!.rows), count(right[name]?.rows), isSame ? "same" : "DIFFERENT"], isSame };
  });
  console.log(
    `\n${renderTable(
      ["table", "source rows", "target rows", "content"],
      rows.map(({ cells }) => cells),
    )}`,
  );
  return rows.every(({ isSame }) => isSame);
}
