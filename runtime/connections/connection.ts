// One Airflow connection, as a task sees it. Its two written forms, URI and JSON, are in connection-uri.ts and connection-json.ts.
// Empty parts are null: a URI cannot tell an empty host from none.

import type { JsonObject } from "../dag/json.ts";

export interface Connection {
  readonly id: string;
  /** What messages call it where it is none of Airflow's. Default: `connection ID`. */
  readonly named?: string;
  /** Airflow's `conn_type`, e.g. `postgres`. */
  readonly type: string;
  readonly host: string | null;
  /** The database, for PostgreSQL. */
  readonly schema: string | null;
  readonly login: string | null;
  readonly password: string | null;
  readonly port: number | null;
  readonly extra: JsonObject;
}

/** For messages. */
export function nameOf({ named, id }: Pick<Connection, "id" | "named">): string {
  return named ?? `connection ${id}`;
}
