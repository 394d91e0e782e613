// A connection as JSON: `{"conn_type": …, "host": …, "login": …, "password": …, "port": …, "schema": …, "extra": {…} or its text}`.
// Source: airflow.sdk.Connection.from_json. What Airflow passes on unchecked (a number as host) is refused here.

import type { JsonObject, JsonValue } from "../dag/json.ts";
import { didYouMean } from "../did-you-mean.ts";
import type { Connection } from "./connection.ts";
import { checkExtra, isJsonObject, normalizeType, parseExtra, unreadableConnection } from "./connection-parts.ts";

const keys = ["conn_type", "description", "host", "login", "password", "port", "schema", "extra"];

export function parseConnectionJson(id: string, text: string): Connection {
  const fields = parseObject(id, text);
  const unknown = Object.keys(fields).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    const remedy = `The keys are ${keys.join(", ")}${didYouMean(unknown, keys)}`;
    throw unreadableConnection(id, `unknown key ${JSON.stringify(unknown)} in its JSON`, remedy);
  }
  return {
    id,
    type: normalizeType(textOf(id, fields, "conn_type") ?? ""),
    host: textOf(id, fields, "host"),
    schema: textOf(id, fields, "schema"),
    login: textOf(id, fields, "login"),
    password: textOf(id, fields, "password"),
    port: portOf(id, fields["port"]),
    extra: extraOf(id, fields["extra"]),
  };
}

function parseObject(id: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadableConnection(id, "it begins with { but is not JSON", "Check quotes and commas, e.g. with jq");
  }
  if (isJsonObject(value)) return value;
  throw unreadableConnection(id, "its JSON is not an object", 'Write {"conn_type": "postgres", "host": "…"}');
}

function textOf(id: string, fields: JsonObject, key: string): string | null {
  const value = fields[key] ?? null;
  if (value === null || value === "") return null;
  if (typeof value === "string") return value;
  throw unreadableConnection(id, `${key} is not a text in its JSON`, "Write it in double quotes");
}

function portOf(id: string, value: JsonValue | undefined): number | null {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return null;
  const port = typeof value === "string" && /^\s*[0-9]+\s*$/.test(value) ? Number(value) : value;
  if (typeof port === "number" && Number.isInteger(port) && port >= 0 && port <= 65_535) return port || null;
  throw unreadableConnection(id, "port is not a whole number from 1 to 65535 in its JSON", "Write e.g. 5432");
}

function extraOf(id: string, value: JsonValue | undefined): JsonObject {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return {};
  return typeof value === "string" ? parseExtra(id, value) : checkExtra(id, value);
}
