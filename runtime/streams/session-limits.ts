// The limits that a session of ours waits within. A dump's beginning switches them off, as restoring by hand may take for ever; a task may
// not: it would wait for another session's lock without end, or hold its own after its machine is gone.

import type { PostgresSession } from "../connections/postgres.ts";
import type { SqlStatement } from "./sql-dump.ts";

const limitNames = ["lock_timeout", "idle_in_transaction_session_timeout"] as const;
const aLimit = new RegExp(limitNames.join("|"), "i");

export interface SessionLimits {
  readonly values: readonly string[];
}

export async function readSessionLimits(session: PostgresSession): Promise<SessionLimits> {
  const { rows } = await session.query<{ value: string }>(
    "SELECT current_setting(name) AS value FROM unnest($1::text[]) WITH ORDINALITY AS s (name, place) ORDER BY place",
    [limitNames],
  );
  return { values: rows.map(({ value }) => value) };
}

/** For the whole session, which overrides a SET LOCAL, too. */
export async function restoreSessionLimits(session: PostgresSession, { values }: SessionLimits): Promise<void> {
  await session.query("SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS s (name, value)", [
    limitNames,
    values,
  ]);
}

/** Rather once too often: only SET, RESET and set_config() change a setting, but a SELECT may just speak of one. */
export function mayChangeLimits({ text, words }: SqlStatement): boolean {
  if (words[0] === "reset" && words[1] === "all") return true;
  return (words[0] === "set" || words[0] === "reset" || words[0] === "select") && aLimit.test(text);
}
