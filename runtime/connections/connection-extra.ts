// One extra of a connection: its text (a URI gives texts, JSON also numbers and booleans), and the refusal of a wrong one.

import { KnownError } from "../errors.ts";
import type { Connection } from "./connection.ts";

/** Empty is absent, as in libpq and in Airflow's form. */
export function textExtra(connection: Connection, name: string): string | undefined {
  const value = connection.extra[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "object") return String(value);
  throw refuseExtra(connection, name, "is not a text", "Write a text, a number or true");
}

export function refuseExtra(connection: Connection, name: string, found: string, remedy: string): KnownError {
  return new KnownError({
    what: `the extra ${name} ${found}`,
    where: `connection ${connection.id}`,
    remedy,
    isRetryable: false,
  });
}
