// Whether a fresh database may take the target's place, asked before anything is created; and the lock that keeps two restores of one database apart.

import type { PostgresSession } from "../../connections/postgres.ts";
import { KnownError } from "../../errors.ts";
import { describeLockHolders } from "../advisory-lock.ts";
import { maintenanceDatabase } from "./maintenance.ts";
import type { RestoreNames } from "./names.ts";

/** Held by the session until it ends. @throws KnownError when another restore has it. */
export async function lockRestore(session: PostgresSession, key: string, where: string): Promise<void> {
  // Since PostgreSQL 14; it sits without a statement while the tool works.
  await session.query("SELECT set_config('idle_session_timeout', '0', false)").catch(() => {});
  // A login's own limit for statements is not meant for the making and dropping of databases.
  await session.query("SELECT set_config('statement_timeout', '0', false)");
  const { rows } = await session.query<{ locked: boolean }>("SELECT pg_try_advisory_lock($1::bigint) AS locked", [key]);
  if (rows[0]!.locked) return;
  throw new KnownError({
    what: "another restore of this database is running",
    where,
    found: await describeLockHolders(session, key),
    remedy: "Wait for it, or cancel it",
  });
}

/** For `inPlace: "never"`, and for `keepOld`: in place, nothing of the old database could be kept. */
export function refuseInPlace(reason: string, where: string, { keepOld }: { readonly keepOld: boolean }): KnownError {
  const [why, or] = keepOld ? ["keepOld is set", "leave keepOld out"] : ['inPlace is "never"', "allow inPlace"];
  return new KnownError({
    what: `no fresh database can take its place, and ${why}`,
    where,
    found: reason,
    remedy: `Give the login CREATEDB, the target's ownership and a way to the database ${maintenanceDatabase}; or ${or}. Nothing was touched`,
    isRetryable: false,
  });
}

/** Undefined when a fresh database may take the target's place. @throws KnownError (not retryable) where that would leave something behind. */
export async function whyInPlace(session: PostgresSession, { target }: RestoreNames): Promise<string | undefined> {
  const { rows } = await session.query<{ creates: boolean; owns: boolean | null; owner: string | null }>(
    `SELECT r.rolsuper OR r.rolcreatedb AS creates, pg_get_userbyid(d.datdba) AS owner,
            r.rolsuper OR (pg_has_role(d.datdba, 'USAGE') AND pg_has_role(d.datdba, 'MEMBER')) AS owns
       FROM pg_roles r LEFT JOIN pg_database d ON d.datname = $1
      WHERE r.rolname = current_user`,
    [target],
  );
  const { creates, owns, owner } = rows[0]!;
  if (!creates) return "the login may not create databases (CREATEDB)";
  if (owns === false) return `the login does not own it, ${owner} does`;
  await refuseReplication(session, target);
  return undefined;
}

/** They belong to the old database by its number, and would stay with it. */
async function refuseReplication(session: PostgresSession, target: string): Promise<void> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT 'slot ' || slot_name AS name FROM pg_replication_slots WHERE database = $1
      UNION ALL
     SELECT 'subscription ' || subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = $1`,
    [target],
  );
  if (rows.length === 0) return;
  throw new KnownError({
    what: "logical replication hangs on the database, and would stay with the old one",
    where: `database ${target}`,
    found: rows.map(({ name }) => name).join(", "),
    remedy: "Drop it first and set it up again afterwards; or restore with inPlace: true",
    isRetryable: false,
  });
}
