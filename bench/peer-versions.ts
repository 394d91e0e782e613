// Which peers this machine has, and in which version.

import { execFileSync } from "node:child_process";

/** `15.18`; undefined where psql is missing. */
export function findPsql(): string | undefined {
  try {
    return /\d+(\.\d+)+/.exec(execFileSync("psql", ["--version"], { encoding: "utf8" }))?.[0];
  } catch {
    return undefined;
  }
}

export const psqlIsMissing = "psql is left out: it is not installed (on Debian: apt-get install postgresql-client)";
