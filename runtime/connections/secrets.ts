// Which values are secret, by Airflow's rule of names, and every way in which one may be written down.
// Source: Airflow's secrets masker (DEFAULT_SENSITIVE_FIELDS, should_hide_value_for_key, min_length_masked_secret).

import type { JsonObject, JsonValue } from "../dag/json.ts";
import type { Connection } from "./connection.ts";
import type { Environment } from "./environment.ts";

/** Shorter ones are left alone, as in Airflow: they would blot out half of a log. */
export const minSecretLength = 5;

/** Part of a name is enough. The helper class under Airflow has the same list. */
export const sensitiveNames: readonly string[] = [
  "access_key",
  "access_token",
  "api_key",
  "apikey",
  "auth_header",
  "authorization",
  "bearer",
  "connection_string",
  "dsn",
  "passphrase",
  "passwd",
  "password",
  "private_key",
  "proxy",
  "proxies",
  "secret",
  "service_account",
  "service_key",
  "token",
  "keyfile_dict",
  "webhook_url",
];

/** The key of an extra or a variable. Part of the name is enough: `MY_API-KEY_2` is sensitive. */
export function isSensitiveName(name: string): boolean {
  const normal = name.trim().toLowerCase().replaceAll(/\W+/g, "_");
  return sensitiveNames.some((part) => normal.includes(part));
}

/** The password, and everything in extra below a sensitive name. */
export function secretsOf(connection: Connection): string[] {
  return keepMaskable([connection.password ?? "", ...secretsBelow(connection.extra, false)]);
}

/** A variable's value when it is secret, by its name if by nothing else; when it is JSON, what stands in it below sensitive names. */
export function secretsOfVariable(key: string, value: string, isSecret = isSensitiveName(key)): string[] {
  return keepMaskable(textAndContent(value, isSecret));
}

/** What AWS's tools read from the environment by themselves, whatever connection a task declares. */
const secretsByName = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"];

export function secretsOfEnvironment(environment: Environment): string[] {
  return keepMaskable(secretsByName.map((name) => environment[name] ?? ""));
}

/** What a redactor can take away: long enough, and not a word that stands everywhere. */
export function keepMaskable(secrets: readonly string[]): string[] {
  return [...new Set(secrets)].filter(
    (secret) => secret.length >= minSecretLength && secret.toLowerCase() !== "airflow",
  );
}

function secretsBelow(value: JsonValue, isSecret: boolean): string[] {
  if (typeof value === "string") return textAndContent(value, isSecret);
  if (typeof value === "number") return isSecret ? [String(value)] : [];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((part: JsonValue) => secretsBelow(part, isSecret));
  return Object.entries(value as JsonObject).flatMap(([name, part]) =>
    secretsBelow(part, isSecret || isSensitiveName(name)),
  );
}

/** Google's `keyfile_dict` is JSON in a text: the key in it is printed alone, too. */
function textAndContent(text: string, isSecret: boolean): string[] {
  const whole = isSecret ? [text] : [];
  if (!/^\s*[[{]/.test(text)) return whole;
  try {
    return [...whole, ...secretsBelow(JSON.parse(text) as JsonValue, isSecret)];
  } catch {
    return whole;
  }
}
