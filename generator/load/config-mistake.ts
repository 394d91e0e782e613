// What is wrong with the configuration, as an error in four parts.

import { inspect } from "node:util";
import { KnownError } from "../../runtime/errors.ts";

export const configFile = "dagwright.config.ts";

export function mistake(what: string, found: string, remedy: string): KnownError {
  return new KnownError({ what, where: configFile, found, remedy, isRetryable: false });
}

/** On one line, as it is written; what JSON cannot hold as Node shows it. */
export function quote(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 5 });
}
