// Drops a database of a restore's own, whoever is still in it.

import type { PostgresSession } from "../../connections/postgres.ts";

/** Also when sessions of a killed task are still in it, and when it is a template. False: there is none of that name. */
export async function dropDatabase(session: PostgresSession, name: string): Promise<boolean> {
  const database = session.escapeIdentifier(name);
  const { rows } = await session.query("SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate", [name]);
  try {
    if (rows.length > 0) await session.query(`ALTER DATABASE ${database} IS_TEMPLATE false`);
    await dropWithSessions(session, name);
    return true;
  } catch (error) {
    if (codeOf(error) !== noSuchDatabase) throw error;
    return false;
  }
}

const noSuchDatabase = "3D000";
const notPermitted = "42501";

/**
 * Without IF EXISTS: it waits for a rename under way, and then says whether there was one. Source: TerminateOtherDBBackends and
 * CountOtherDBBackends in PostgreSQL's procarray.c.
 */
async function dropWithSessions(session: PostgresSession, name: string): Promise<void> {
  const drop = `DROP DATABASE ${session.escapeIdentifier(name)}`;
  try {
    await session.query(`${drop} WITH (FORCE)`);
  } catch (error) {
    if (codeOf(error) !== notPermitted) throw error;
    // A worker of autovacuum belongs to the superuser, so FORCE may not end it; a plain DROP does, but ends no session.
    await session.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = $1 AND usename = current_user AND pid <> pg_backend_pid()`,
      [name],
    );
    await session.query(drop);
  }
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code;
}
