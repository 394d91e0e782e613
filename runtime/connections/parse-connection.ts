// The text of `AIRFLOW_CONN_<ID>` → a connection, as Airflow's secrets backends read it: JSON when it begins with `{`, else a URI.

import type { Connection } from "./connection.ts";
import { parseConnectionJson } from "./connection-json.ts";
import { parseConnectionUri } from "./connection-uri.ts";

/** @throws KnownError (not retryable) when Airflow would refuse the text too. The message never quotes it. */
export function parseConnection(id: string, text: string): Connection {
  const trimmed = text.trim();
  return trimmed.startsWith("{") ? parseConnectionJson(id, trimmed) : parseConnectionUri(id, trimmed);
}
