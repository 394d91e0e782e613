// Rows of cells as aligned columns. The one importer of cli-table3.

import Table from "cli-table3";

/** Only spaces between the columns: easy to read, easy to cut. */
const noLines = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
  ]
    .concat(["mid-mid", "right", "right-mid"])
    .map((name) => [name, ""]),
);

/** One cell's text: a terminal must not obey what stands in a connection. */
export function printable(value: unknown): string {
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
  return text.replaceAll(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
}

export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const style = { head: [], border: [], "padding-left": 0, "padding-right": 0 };
  const table = new Table({ head: [...head], chars: { ...noLines, middle: "  " }, style });
  table.push(...rows.map((row) => [...row]));
  return `${table.toString().replaceAll(/ +$/gm, "")}\n`;
}
