// Writes a sample database as pg_dump would, `schema.sql` and `data.sql`: the tables, keys and row counts of Pagila with data of our own
// making, for `npm start` and the tests. The same seed and scale give the same bytes, whatever the size is.

import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createRandom } from "./sample-pagila-random.ts";
import { sampleCounts, sampleRows } from "./sample-pagila-rows.ts";
import { sampleSchema } from "./sample-pagila-schema.ts";
import { partitions, type SampleTable, tables } from "./sample-pagila-tables.ts";

export interface SampleOptions {
  readonly seed: number;
  /**
   * Multiplies the rows of customer, inventory, rental and payment, for measurements; the other tables keep their size. Whole number.
   * Default: 1, Pagila's size: 3 MB.
   */
  readonly scale?: number;
}

/** Creates the folder if it is missing and replaces both files. */
export async function writeSamplePagila(folder: string, { seed, scale = 1 }: SampleOptions): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "schema.sql"), inDump(seed, sampleSchema()).join(""));
  const data = inBatches(dataLines(seed, scale));
  await pipeline(Readable.from(data), createWriteStream(join(folder, "data.sql")));
}

const settings = `SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
`;

/** The head and the foot that pg_dump 18 puts around a dump. */
function inDump(seed: number, body: string): [head: string, body: string, foot: string] {
  const token = createRandom(seed).hex(32);
  const head = `--\n-- PostgreSQL database dump\n--\n\n\\restrict ${token}\n\n-- Sample data of dagwright, seed ${seed}\n\n`;
  const foot = `\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict ${token}\n\n`;
  return [`${head}${settings}\n`, body, foot];
}

function* dataLines(seed: number, scale: number): Generator<string> {
  const counts = sampleCounts(scale);
  const [head, , foot] = inDump(seed, "");
  yield head;
  for (const { table, rows } of sampleRows(seed, counts)) {
    yield comment(`Data for Name: ${table}; Type: TABLE DATA`);
    yield `COPY public.${table} (${columnsOf(table).join(", ")}) FROM stdin;\n`;
    for (const row of rows) yield `${row.map(copyText).join("\t")}\n`;
    yield "\\.\n\n\n";
  }
  for (const { name, sequence } of tables.filter(hasSequence)) {
    const sequenceName = `${name}_${sequence}_seq`;
    yield comment(`Name: ${sequenceName}; Type: SEQUENCE SET`);
    yield `SELECT pg_catalog.setval('public.${sequenceName}', ${counts[name as keyof typeof counts]}, true);\n\n\n`;
  }
  yield foot;
}

function hasSequence({ sequence }: SampleTable): boolean {
  return sequence !== null;
}

function comment(text: string): string {
  return `--\n-- ${text}; Schema: public; Owner: postgres\n--\n\n`;
}

function columnsOf(name: string): string[] {
  const parent = partitions.some((partition) => partition.name === name) ? "payment" : name;
  const { columns } = tables.find((table) => table.name === parent)!;
  return columns.filter((column) => !column.startsWith("PRIMARY KEY")).map((column) => column.split(" ")[0]!);
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

function copyText(value: string | number | null): string {
  if (value === null) return "\\N";
  if (typeof value === "number") return String(value);
  return value.replace(/[\\\t\n\r]/g, (character) => escapes[character]!);
}

const batchCharacters = 64 * 1024;

/** One write for each line would be most of the time. */
function* inBatches(lines: Iterable<string>): Generator<string> {
  let batch = "";
  for (const line of lines) {
    batch += line;
    if (batch.length < batchCharacters) continue;
    yield batch;
    batch = "";
  }
  yield batch;
}
