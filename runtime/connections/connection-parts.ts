// What both written forms of a connection share: the spelling of a type, what an extra may be, and how bad text is refused.
// Messages never quote the text: any part of it may be the password.

import type { JsonObject } from "../dag/json.ts";
import { KnownError } from "../errors.ts";

/** Airflow's own: `postgresql` is `postgres`, `google-cloud-platform` is `google_cloud_platform`. */
export function normalizeType(type: string): string {
  return type === "postgresql" ? "postgres" : type.replaceAll("-", "_");
}

export function parseExtra(id: string, text: string): JsonObject {
  if (text === "") return {};
  let extra: unknown;
  try {
    extra = JSON.parse(text);
  } catch {
    throw unreadableConnection(id, "its extra is not JSON", "Write extra as a JSON object");
  }
  return checkExtra(id, extra);
}

export function checkExtra(id: string, extra: unknown): JsonObject {
  if (isJsonObject(extra)) return extra;
  throw unreadableConnection(id, "its extra is not a JSON object", 'Write extra as {"name": "value"}');
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function unreadableConnection(id: string, found: string, remedy: string): KnownError {
  return new KnownError({ what: `the connection ${id} cannot be read`, found, remedy, isRetryable: false });
}
