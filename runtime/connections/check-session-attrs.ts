// libpq's `target_session_attrs`: whether the server that was reached is of the wanted kind. With one host there is no other to try.

import type pg from "pg";
import { KnownError } from "../errors.ts";
import type { TargetSession } from "./postgres-options.ts";

/** @throws KnownError (retryable: a fail-over may be on its way). The caller ends the session then. */
export async function checkSessionAttrs(session: pg.Client, target: TargetSession, where: string): Promise<void> {
  if (target === "any" || target === "prefer-standby") return;
  const { rows } = await session.query<{ standby: boolean; readOnly: boolean }>(
    `SELECT pg_is_in_recovery() AS standby, current_setting('default_transaction_read_only')::boolean AS "readOnly"`,
  );
  const { standby, readOnly } = rows[0]!;
  const kinds = [standby ? "standby" : "primary", standby || readOnly ? "read-only" : "read-write"];
  if (kinds.includes(target)) return;
  throw new KnownError({
    what: "the server is not of the wanted kind",
    where,
    found: `${kinds.join(" and ")}, where target_session_attrs is ${target}`,
    remedy: "Wait for the fail-over, or correct the connection's host",
  });
}
