// Rows of cells as aligned columns, within the width of the terminal. No word is ever broken or cut: where words do not fit beside each
// other, each row becomes a record, a line for each of its cells. The one importer of cli-table3.

import Table from "cli-table3";
import { textWidth } from "./text-width.ts";

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
const gap = 2;

type Rows = readonly (readonly string[])[];

/** @param columns width that there is; without it each row has one line, however long. */
export function renderTable(head: readonly string[], rows: Rows, columns = Number.POSITIVE_INFINITY): string {
  const widths = fitWidths(head, rows, columns);
  if (widths === undefined) return renderRecords(head, rows, columns);
  const wrapped = rows.map((row) => row.map((cell, index) => wrap(cell, widths[index]!).join("\n")));
  const table = draw(head, wrapped);
  if (wrapped.every((row) => row.every((cell) => !cell.includes("\n")))) return table;
  // Narrow columns make tall rows: records may be shorter, and are easier to read.
  const records = renderRecords(head, rows, columns);
  return countLines(records) < countLines(table) ? records : table;
}

/** A line for each cell, after its name. */
export function renderRecords(head: readonly string[], rows: Rows, columns: number): string {
  const width = Math.max(...head.map((name) => textWidth(name)));
  const linesOf = (row: readonly string[]) =>
    head.map((name, index) => [name, wrap(row[index]!, columns - width - gap).join("\n")]);
  return rows.map((row) => draw([], linesOf(row))).join("\n");
}

/** One table of that library takes the square of its rows: it gets some hundred at a time, all with the same widths. */
const rowsAtOnce = 500;

function draw(head: readonly string[], rows: Rows): string {
  if (rows.length <= rowsAtOnce) return drawPart(head, rows);
  const widths = rows[0]!.map((_, index) =>
    largest([head[index] ?? "", ...rows.flatMap((row) => row[index]!.split("\n"))].map((line) => textWidth(line))),
  );
  const parts: string[] = [];
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    parts.push(drawPart(at === 0 ? head : [], rows.slice(at, at + rowsAtOnce), widths));
  }
  return parts.join("");
}

function drawPart(head: readonly string[], rows: Rows, colWidths: number[] = []): string {
  const style = { head: [], border: [], "padding-left": 0, "padding-right": 0 };
  const table = new Table({ head: [...head], chars: { ...noLines, middle: " ".repeat(gap) }, style, colWidths });
  table.push(...rows.map((row) => [...row]));
  return `${table.toString().replaceAll(/ +$/gm, "")}\n`;
}

/** The widest columns give way first; undefined when the words alone are too wide. */
function fitWidths(head: readonly string[], rows: Rows, columns: number): number[] | undefined {
  const cellsOf = head.map((name, index) => [name, ...rows.map((row) => row[index]!)]);
  const natural = cellsOf.map((cells) => largest(cells.map((cell) => textWidth(cell))));
  const room = columns - gap * (head.length - 1);
  if (sum(natural) <= room) return natural;
  const least = cellsOf.map((cells) =>
    largest(cells.flatMap((cell) => cell.split(" ")).map((word) => textWidth(word))),
  );
  if (sum(least) > room) return undefined;
  const capped = (cap: number) => natural.map((width, index) => Math.max(least[index]!, Math.min(width, cap)));
  let cap = room;
  while (sum(capped(cap)) > room) cap--;
  return capped(cap);
}

/** At spaces only: a word that is too long stays whole, and the terminal breaks it without a trace in what is copied from it. */
function wrap(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function countLines(text: string): number {
  return text.split("\n").length;
}

/** Spread into Math.max, a hundred thousand cells would be too many arguments. */
function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
