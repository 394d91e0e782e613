// A connection as a person may see it: `***` in place of the password and of every extra with a sensitive name, whatever its length.

import type { JsonObject, JsonValue } from "../dag/json.ts";
import type { Connection } from "./connection.ts";
import { formatConnectionUri } from "./connection-uri.ts";
import { mask } from "./redact.ts";
import { isSensitiveName } from "./secrets.ts";

export function maskConnection(connection: Connection): Connection {
  return {
    ...connection,
    password: connection.password === null ? null : mask,
    extra: maskObject(connection.extra),
  };
}

/** Airflow's `get_uri()` of the masked connection. */
export function formatMaskedUri(connection: Connection): string {
  return formatConnectionUri(maskConnection(connection)).replaceAll("%2A%2A%2A", mask);
}

function maskObject(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, isSensitiveName(name) ? mask : maskValue(value)]),
  );
}

function maskValue(value: JsonValue): JsonValue {
  if (typeof value === "string") return maskText(value);
  if (typeof value !== "object" || value === null) return value;
  return Array.isArray(value) ? value.map(maskValue) : maskObject(value as JsonObject);
}

/** JSON in a text may hold a secret too. */
function maskText(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(maskValue(JSON.parse(text) as JsonValue));
  } catch {
    return text;
  }
}
