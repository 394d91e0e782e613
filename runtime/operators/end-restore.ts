// The end of a restore into a fresh database: it takes the target's name, and the old one is dropped or kept; or, on every other way out, it is dropped
// itself. By sessions of the maintenance database.

import type { Connection } from "../connections/connection.ts";
import { connectPostgres, type PostgresSession, placeOf } from "../connections/postgres.ts";
import { isKnownError, KnownError } from "../errors.ts";
import { describeSessions, dropDatabase, renameDatabase, swapDatabases } from "./fresh-database.ts";
import { describePostgresFailure } from "./postgres-failure.ts";
import { withPostgres } from "./postgres-session.ts";
import { nameBehind, type RestoreNames } from "./restore-names.ts";

/** Where databases are created and renamed from: nobody can rename the one that he is connected to. */
export const maintenanceDatabase = "postgres";

export interface FreshWork {
  /** Of the maintenance database; it holds the lock. */
  readonly session: PostgresSession;
  readonly names: RestoreNames;
}

export async function swap(target: Connection, { session, names }: FreshWork, hasOld: boolean): Promise<void> {
  const maintenance = { ...target, schema: maintenanceDatabase };
  await withPostgres(maintenance, async (other) => {
    try {
      await swapDatabases({ session, other }, names, hasOld);
    } catch (error) {
      if (isKnownError(error)) throw error;
      const objectInUse = "55006";
      if ((error as { code?: unknown }).code !== objectInUse) throw describePostgresFailure(error, placeOf(target));
      throw new KnownError(
        {
          what: "the restored database cannot take the old one's place: sessions stay that this login may not end",
          where: placeOf(target),
          found: (await describeSessions(other, names.target)) || (error as Error).message,
          remedy: "End them, or grant pg_signal_backend to the login. The old database is as it was",
        },
        { cause: error },
      );
    }
  });
}

/** After the swap nothing may fail the task any more: the restore is done. What stays, the next run drops. */
export async function endOld({ session, names }: FreshWork, keepOld: boolean): Promise<string | null> {
  const time = new Date().toISOString().replace(/\..*/, "").replaceAll(/[-:]/g, "");
  const kept = nameBehind(names.target, `_before_${time}`);
  try {
    if (!keepOld) await dropDatabase(session, names.old);
    else await renameDatabase(session, names.old, kept);
    return keepOld ? kept : null;
  } catch (error) {
    console.error(`The old database stays as ${names.old}: ${(error as Error).message}`);
    return names.old;
  }
}

/** By a session of its own: the others may be cut, and a cancelled task's signal is aborted. */
export async function dropFresh(target: Connection, fresh: string): Promise<void> {
  try {
    const connection = { ...target, schema: maintenanceDatabase };
    const session = await connectPostgres(connection, { applicationName: "dagwright restore" });
    await dropDatabase(session, fresh).finally(() => session.end());
    console.log(`Dropped the fresh database ${fresh}; ${target.schema} is as it was`);
  } catch (error) {
    console.error(`${fresh} stays until the next try drops it: ${(error as Error).message}`);
  }
}
