// A query from inside a handler: one statement, bound values, rows as JSON objects.

import type { JsonObject, JsonValue } from "../dag/json.ts";
import { queryJson } from "./json-rows.ts";
import { describePostgresFailure } from "./postgres-failure.ts";
import { withPostgres } from "./postgres-session.ts";

export interface QueryOptions {
  /** A connection that the task declares: `dag.task(id, handler, { connections: ["warehouse"] })`. */
  readonly connection: string;
  /** One statement; `$1`, `$2` … stand for the values. */
  readonly text: string;
  /** Bound by the server, never put into the text. Default: none. */
  readonly values?: readonly JsonValue[];
}

/**
 * Runs one statement on PostgreSQL from inside a handler, in a session and a transaction of its own, and returns its rows, at most
 * 10,000. int8, numeric, dates and arrays come as PostgreSQL's text, so no digit is lost.
 *
 * @example const [row] = await query<{ count: string }>({ connection: "warehouse", text: "SELECT count(*) FROM film" });
 */
export function query<Row = JsonObject>({ connection, text, values = [] }: QueryOptions): Promise<readonly Row[]> {
  return withPostgres(connection, async (session) => {
    try {
      const { rows } = await queryJson(session, text, values);
      return rows as unknown as readonly Row[];
    } catch (error) {
      throw describePostgresFailure(error, `connection ${connection}`, text);
    }
  });
}
