// A query's rows as JSON values that lose nothing: int8, numeric and whatever JSON has no form for stay text as PostgreSQL writes
// it. Bounded, because rows become an XCom or live in the task's memory.

import type { PostgresSession } from "../connections/postgres.ts";
import type { JsonObject, JsonValue } from "../dag/json.ts";
import { KnownError } from "../errors.ts";

/** More than a page of results belongs in a table, not in an XCom. */
export const maxRows = 10_000;
/** Text received for one query. Rows beyond it are not kept while they arrive. */
export const maxResultBytes = 16 * 1024 * 1024;

export interface SqlResult {
  /** Rows that the last statement returned or touched. */
  readonly rowCount: number;
  /** Rows of the last statement that returned rows: column name → value. */
  readonly rows: readonly JsonObject[];
}

interface StatementResult {
  readonly rowCount: number | null;
  readonly fields: readonly unknown[];
  readonly rows: readonly JsonObject[];
}

/** Runs a text of one or more statements; `values` only with one. */
export async function queryJson(
  session: PostgresSession,
  text: string,
  values?: readonly unknown[],
): Promise<SqlResult> {
  const query = {
    text,
    types: { getTypeParser: parsersWithin(maxResultBytes) },
    ...(values && { values: [...values] }),
  };
  const answer = (await session.query(query as never)) as unknown as StatementResult | StatementResult[];
  const results = Array.isArray(answer) ? answer : [answer];
  const rows = results.findLast(({ fields }) => fields.length > 0)?.rows ?? [];
  if (rows.length > maxRows) throw tooMuch(`${rows.length} rows`);
  return { rowCount: results.at(-1)?.rowCount ?? 0, rows };
}

/** The driver drops the rest of a result when a parser throws, and rejects with that error. */
function parsersWithin(limit: number): (oid: number) => (text: string) => JsonValue {
  let received = 0;
  return (oid) => {
    const parse = parsers[oid] ?? asText;
    return (text) => {
      received += text.length;
      if (received > limit) throw tooMuch(`more than ${limit / 1024 / 1024} MiB`);
      return parse(text);
    };
  };
}

function tooMuch(found: string): KnownError {
  return new KnownError({
    what: "the query returned more than a task may hold",
    found: `${found}; the limits are ${maxRows} rows and ${maxResultBytes / 1024 / 1024} MiB`,
    remedy: "Aggregate, add a LIMIT, or write the rows to a table with INSERT … SELECT",
    isRetryable: false,
  });
}

const asText = (text: string): JsonValue => text;
const asNumber = (text: string): JsonValue => (Number.isFinite(Number(text)) ? Number(text) : text);
const asJson = (text: string): JsonValue => JSON.parse(quoteLongNumbers(text)) as JsonValue;

/** By type OID: bool, int2, int4, float4, float8, oid, json, jsonb. */
const parsers: Readonly<Record<number, (text: string) => JsonValue>> = {
  16: (text) => text === "t",
  21: asNumber,
  23: asNumber,
  26: asNumber,
  700: asNumber,
  701: asNumber,
  114: asJson,
  3802: asJson,
};

/** A number inside JSON with more digits than a double holds becomes a string. */
function quoteLongNumbers(json: string): string {
  const doubleDigits = 15;
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.]*(?:[eE][+-]?\d+)?/g, (part) =>
    !part.startsWith('"') && part.replace(/[eE].*|\D/g, "").length > doubleDigits ? `"${part}"` : part,
  );
}
