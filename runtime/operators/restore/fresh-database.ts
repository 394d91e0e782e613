// The life of the database that a restore fills: made beside its target, after the target's own likeness, then swapped in within one transaction,
// or dropped. Every statement is one of the server's own; nothing here reads an archive.

import { setTimeout } from "node:timers/promises";
import type { PostgresSession } from "../../connections/postgres.ts";
import { KnownError } from "../../errors.ts";
import { inTransaction } from "../postgres-session.ts";
import { dropDatabase } from "./drop-database.ts";
import { planRecovery, type Recovery, type RestoreNames } from "./names.ts";

/** A row of pg_database; which columns it has depends on the server's release. */
export interface DatabaseRow {
  readonly oid: string;
  readonly owner: string;
  readonly encoding: string;
  readonly tablespace: string;
  readonly datcollate: string;
  readonly datctype: string;
  readonly datconnlimit: number;
  readonly datistemplate: boolean;
  readonly datlocprovider?: "c" | "i" | "b";
  readonly datlocale?: string | null;
  readonly daticulocale?: string | null;
  readonly daticurules?: string | null;
}

export async function findDatabase(session: PostgresSession, name: string): Promise<DatabaseRow | undefined> {
  const { rows } = await session.query<{ row: DatabaseRow }>(
    `SELECT to_jsonb(d) || jsonb_build_object(
              'oid', d.oid::text, 'owner', pg_get_userbyid(d.datdba), 'encoding', pg_encoding_to_char(d.encoding),
              'tablespace', (SELECT spcname FROM pg_tablespace t WHERE t.oid = d.dattablespace)) AS row
       FROM pg_database d WHERE d.datname = $1`,
    [name],
  );
  return rows[0]?.row;
}

/** Brings what a try before has left into order. @throws KnownError (not retryable) where only a person can tell what is what. */
export async function recover(session: PostgresSession, names: RestoreNames): Promise<Recovery> {
  const { rows } = await session.query<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE datname = ANY ($1)",
    [[names.target, names.fresh, names.old]],
  );
  const has = (name: string) => rows.some(({ datname }) => datname === name);
  const recovery = planRecovery({ target: has(names.target), fresh: has(names.fresh), old: has(names.old) });
  switch (recovery) {
    case "none":
      return recovery;
    case "drop_fresh":
      await dropDatabase(session, names.fresh);
      console.log(`Dropped ${names.fresh}, which an earlier try had left`);
      return recovery;
    case "drop_old":
      await dropDatabase(session, names.old);
      console.log(`Dropped ${names.old}: an earlier try had put the restored database in its place`);
      return recovery;
    case "put_back":
      await session.query(renaming(session, names.old, names.target));
      await dropDatabase(session, names.fresh);
      console.log(
        `Gave ${names.old} its name ${names.target} back: an earlier try was cut while it swapped the databases`,
      );
      return recovery;
    case "unclear":
      throw new KnownError({
        what: "an earlier restore was cut, and somebody has made a database by the target's name since",
        where: `database ${names.target}`,
        found: `${names.old} holds the former data, ${names.fresh} the restored ones`,
        remedy: `Keep the one that is right under the name ${names.target}, and drop the two others`,
        isRetryable: false,
      });
    default:
      return recovery satisfies never;
  }
}

/** An empty database like `model`, or like the server's default where there is none. */
export async function createFresh(
  session: PostgresSession,
  names: RestoreNames,
  model: DatabaseRow | undefined,
): Promise<void> {
  const options = model ? likenessOf(session, model) : [];
  await session.query(
    ["CREATE DATABASE", session.escapeIdentifier(names.fresh), "TEMPLATE template0", ...options].join(" "),
  );
  // Until it has the target's own grants, which come last: nobody is to look into it, or to put something there, while it is filled.
  await session.query(`REVOKE ALL ON DATABASE ${session.escapeIdentifier(names.fresh)} FROM PUBLIC`);
}

/** What a database has that nobody has granted anything on. */
export async function openToPublic(session: PostgresSession, name: string): Promise<void> {
  await session.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${session.escapeIdentifier(name)} TO PUBLIC`);
}

function likenessOf(session: PostgresSession, model: DatabaseRow): string[] {
  const text = (value: string) => session.escapeLiteral(value);
  const name = (value: string) => session.escapeIdentifier(value);
  const locale = model.datlocale ?? model.daticulocale;
  const provider = { c: "libc", i: "icu", b: "builtin" }[model.datlocprovider ?? "c"];
  return [
    `OWNER ${name(model.owner)}`,
    `ENCODING ${text(model.encoding)}`,
    `LC_COLLATE ${text(model.datcollate)} LC_CTYPE ${text(model.datctype)}`,
    // Servers before 15 know one provider only.
    ...(model.datlocprovider === undefined ? [] : [`LOCALE_PROVIDER ${provider}`]),
    ...(provider === "icu" && locale ? [`ICU_LOCALE ${text(locale)}`] : []),
    ...(provider === "icu" && model.daticurules ? [`ICU_RULES ${text(model.daticurules)}`] : []),
    ...(provider === "builtin" && locale ? [`BUILTIN_LOCALE ${text(locale)}`] : []),
    ...(model.tablespace === "pg_default" ? [] : [`TABLESPACE ${name(model.tablespace)}`]),
  ];
}

function renaming(session: PostgresSession, from: string, to: string): string {
  return `ALTER DATABASE ${session.escapeIdentifier(from)} RENAME TO ${session.escapeIdentifier(to)}`;
}

/** How often sessions that came back are ended, while the swap waits for them. The server gives up after five seconds. */
const endSessionsMs = 100;

/**
 * Old away, fresh in its place, in one transaction. Who is connected is ended; who wants to connect in that moment waits, and may be told to come
 * again (3D000, `just been renamed`).
 * @param old the name that the target gets; undefined where there is no target.
 * @throws the server's refusal when sessions stay that may not be ended; then nothing has changed.
 */
export async function swapDatabases(
  { session, other }: { readonly session: PostgresSession; readonly other: PostgresSession },
  names: RestoreNames,
  old: string | undefined,
): Promise<void> {
  let isSettled = false;
  const swap = inTransaction(session, async () => {
    if (old !== undefined) await session.query(renaming(session, names.target, old));
    await session.query(renaming(session, names.fresh, names.target));
  }).finally(() => {
    isSettled = true;
  });
  swap.catch(() => {});
  while (!isSettled) {
    // How the swap ended is for the swap to say.
    await endSessions(other, [names.target, names.fresh]).catch(() => {});
    await Promise.race([swap.catch(() => {}), setTimeout(endSessionsMs)]);
  }
  await swap;
}

/** Ends sessions of clients; those of other roles, which this login may not end, stay. */
async function endSessions(session: PostgresSession, databases: readonly string[]): Promise<void> {
  const { rows } = await session.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE datname = ANY ($1) AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
    [databases],
  );
  for (const { pid } of rows) await session.query("SELECT pg_terminate_backend($1)", [pid]).catch(() => {});
}

/** Who is connected, for a message: `session 4711 of app (psql)`. */
export async function describeSessions(session: PostgresSession, database: string): Promise<string> {
  const { rows } = await session.query<{ pid: number; login: string | null; application: string | null }>(
    `SELECT pid, usename AS login, application_name AS application FROM pg_stat_activity
      WHERE datname = $1 AND pid <> pg_backend_pid() ORDER BY pid LIMIT 5`,
    [database],
  );
  return rows
    .map(({ pid, login, application }) => `session ${pid} of ${login ?? "?"}${application ? ` (${application})` : ""}`)
    .join(", ");
}
