// The one place that shows rows in the formats of `-o`: a command gives plain objects, and the columns that its table has. json and yaml
// carry every value of an object, table and plain the columns. As Airflow's cli/simple_table.py has them, but for two things: values keep
// their types in json and yaml, and no cell of plain is empty, as awk would not see it.

import type { Io } from "./command.ts";
import type { OutputFormat } from "./output-option.ts";
import { escapeControls, printable } from "./printable.ts";

/** A name alone: its value as it is, under that name. */
export type Column<R> = (keyof R & string) | DescribedColumn<R>;

interface DescribedColumn<R> {
  readonly name: keyof R & string;
  readonly head?: string;
  /** What people read in place of the value. */
  readonly text?: (row: R) => unknown;
}

export interface Shown<R> {
  readonly output: OutputFormat;
  readonly columns: readonly Column<R>[];
}

/** Airflow's words, in a table and in plain. */
const noRows = "No data found\n";

export async function showRows<R extends object>(rows: readonly R[], shown: Shown<R>, io: Io): Promise<void> {
  const { output } = shown;
  if (output === "json" || output === "yaml") return showValue(rows, output, io);
  if (rows.length === 0) return io.stdout(noRows);
  const { renderTable } = await import("./render-table.ts");
  const { head, cells } = toCells(rows, shown);
  io.stdout(renderTable(head, cells, output === "plain" ? Number.POSITIVE_INFINITY : widthOf(io)));
}

/** One thing alone: in json and yaml the object itself, in a table a line for each of its values. */
export async function showRecord<R extends object>(record: R, output: OutputFormat, io: Io): Promise<void> {
  if (output === "json" || output === "yaml") return showValue(record, output, io);
  const shown = { output, columns: Object.keys(record) as (keyof R & string)[] };
  if (output === "plain") return showRows([record], shown, io);
  const { renderRecords } = await import("./render-table.ts");
  const { head, cells } = toCells([record], shown);
  io.stdout(renderRecords(head, cells, widthOf(io)));
}

async function showValue(value: unknown, output: "json" | "yaml", io: Io): Promise<void> {
  const text =
    output === "json" ? `${JSON.stringify(value, null, 2)}\n` : (await import("./format-yaml.ts")).formatYaml(value);
  io.stdout(escapeControls(text));
}

function toCells<R extends object>(rows: readonly R[], { output, columns }: Shown<R>) {
  const described = columns.map(
    (column): DescribedColumn<R> => (typeof column === "string" ? { name: column } : column),
  );
  return {
    head: described.map(({ name, head = name }) => head),
    cells: rows.map((row) =>
      described.map(({ name, text }) => {
        const cell = printable(text === undefined ? row[name] : text(row));
        return cell === "" && output === "plain" ? "-" : cell;
      }),
    ),
  };
}

/** Through a pipe a row stays on its line: somebody will look for words in it. */
export function widthOf({ isTty, columns }: Io): number {
  return isTty ? columns : Number.POSITIVE_INFINITY;
}
