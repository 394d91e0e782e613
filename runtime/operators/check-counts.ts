// The operator that counts rows and fails where they are not what they should be: against figures, or against another database.

import type { PostgresSession } from "../connections/postgres.ts";
import { defineOperator, type Operator } from "../dag/definition.ts";
import type { JsonObject } from "../dag/json.ts";
import { fromOptions, reportIn } from "../dag/operator-options.ts";
import { type KnownOptions, required } from "../dag/options.ts";
import { numbersByName, text, texts } from "../dag/shapes.ts";
import { KnownError } from "../errors.ts";
import type { TableChoice } from "../streams/postgres-catalog.ts";
import { inTransaction, withPostgres } from "./postgres-session.ts";

export type CheckCountsOptions = {
  /** Id of the PostgreSQL connection whose tables are counted. */
  readonly connection: string;
} & (
  | {
      /** Table, as SQL writes its name, → rows. */
      readonly expected: Readonly<Record<string, number>>;
    }
  | {
      /** The other database: it must have the same tables with as many rows each. */
      readonly against: string;
      /** Which tables, as SQL writes their names. Default: all of `schemas`. */
      readonly tables?: readonly string[];
      /** Which tables not. */
      readonly exclude?: readonly string[];
      /** Default: `public`. */
      readonly schemas?: readonly string[];
    }
);

const known: KnownOptions<CheckCountsOptions> = {
  connection: required(text),
  expected: numbersByName,
  against: text,
  tables: texts,
  exclude: texts,
  schemas: texts,
};

/** Table → rows. */
export type Counts = Readonly<Record<string, number>>;

/**
 * Counts rows of PostgreSQL tables and fails, not to be tried again, where they differ from `expected` figures or from the tables
 * of another database; all differences are listed. Returns the counts.
 *
 * @example checkCounts({ connection: "pagila_postgres", expected: { actor: 200, film: 1000 } })
 * @example checkCounts({ connection: "pagila_postgres", against: "pagila_tgt" })
 */
export function checkCounts(options: CheckCountsOptions): Operator<Counts> {
  return fromOptions({ name: "checkCounts", callee: checkCounts, known }, options, makeCheckCounts);
}

function makeCheckCounts(options: CheckCountsOptions): Operator<Counts> {
  const { connection } = options;
  const operator = { name: "checkCounts", callee: checkCounts };
  if ("expected" in options && Object.keys(options.expected).length === 0) {
    reportIn(operator, { steps: ["expected"], problem: "expected names no table", remedy: "give at least one" });
  } else if (!("expected" in options) && !("against" in options)) {
    const remedy = "give expected: { table: rows }, or against: the other database";
    reportIn(operator, { steps: [], problem: "there is nothing to compare with", remedy });
  }
  const connections = "against" in options ? [...new Set([connection, options.against])] : [connection];
  return defineOperator<Counts>({
    name: "checkCounts",
    options: JSON.parse(JSON.stringify(options)) as JsonObject,
    inputs: {},
    connections,
    execute: async () => {
      const { found, expected, place } = await countBothSides(options);
      const differences = compareCounts(found, expected);
      for (const [table, rows] of found) console.log(`${table}: ${rows} rows`);
      if (differences.length > 0) throw wrongCounts(place, differences);
      return Object.fromEntries(found);
    },
  });
}

/** Pure. One sentence for each table that is not as expected. */
export function compareCounts(found: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): string[] {
  const tables = new Set([...expected.keys(), ...found.keys()]);
  return [...tables]
    .filter((table) => found.get(table) !== expected.get(table))
    .map((table) => `${table}: ${rowsOf(found.get(table))} found, ${rowsOf(expected.get(table))} expected`);
}

interface Comparison {
  readonly found: ReadonlyMap<string, number>;
  readonly expected: ReadonlyMap<string, number>;
  readonly place: string;
}

async function countBothSides(options: CheckCountsOptions): Promise<Comparison> {
  const { connection } = options;
  if ("expected" in options) {
    const expected = new Map(Object.entries(options.expected));
    const found = await withPostgres(connection, (session) => countWritten(session, [...expected.keys()]));
    return { found, expected, place: `connection ${connection}` };
  }
  const { against, schemas = ["public"], tables, exclude } = options;
  const choice = { schemas, tables, exclude };
  const [expected, unknown] = await withPostgres(connection, (session) => countChosen(session, choice));
  if (unknown.length > 0 || expected.size === 0) throw nothingToCount(connection, unknown);
  const [found] = await withPostgres(against, (session) => countChosen(session, choice));
  return { found, expected, place: `${against} found, ${connection} expected` };
}

/** By the names as written; names that are no table are left out. */
function countWritten(session: PostgresSession, written: readonly string[]): Promise<Map<string, number>> {
  return inOneSnapshot(session, async () => {
    const { rows } = await session.query<{ written: string; relation: string }>(
      `SELECT written, to_regclass(written)::text AS relation FROM unnest($1::text[]) AS t (written)
        WHERE to_regclass(written) IS NOT NULL`,
      [written],
    );
    const counts = new Map<string, number>();
    for (const { written: name, relation } of rows) counts.set(name, await countRows(session, relation));
    return counts;
  });
}

/** And the listed names that are no table. */
async function countChosen(
  session: PostgresSession,
  choice: TableChoice,
): Promise<readonly [ReadonlyMap<string, number>, readonly string[]]> {
  const { chooseTables, readTables } = await import("../streams/postgres-catalog.ts");
  return inOneSnapshot(session, async () => {
    const { names, unknown } = await chooseTables(session, choice);
    const counts = new Map<string, number>();
    for (const { label, name, isPartitioned } of await readTables(session, names)) {
      counts.set(label, await countRows(session, isPartitioned ? name : `ONLY ${name}`));
    }
    return [counts, unknown] as const;
  });
}

/** All tables are counted as of one moment. */
function inOneSnapshot<T>(session: PostgresSession, work: () => Promise<T>): Promise<T> {
  return inTransaction(session, work, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

async function countRows(session: PostgresSession, relation: string): Promise<number> {
  const { rows } = await session.query<{ count: string }>(`SELECT count(*) AS count FROM ${relation}`);
  return Number(rows[0]!.count);
}

function wrongCounts(place: string, differences: readonly string[]): KnownError {
  return new KnownError({
    what: "tables do not have the rows they should have",
    where: place,
    found: differences.join("; "),
    remedy: "Look into the tasks that wrote them, and run those again",
    isRetryable: false,
  });
}

function nothingToCount(connection: string, unknown: readonly string[]): KnownError {
  return new KnownError({
    what: "there are no such tables to count",
    where: `connection ${connection}`,
    found: unknown.length > 0 ? unknown.join(", ") : "the chosen schemas are empty",
    remedy: 'Name tables as SQL does: film, sales."Order"; of a partitioned table only the table itself',
    isRetryable: false,
  });
}

function rowsOf(count: number | undefined): string {
  return count === undefined ? "no such table" : String(count);
}
