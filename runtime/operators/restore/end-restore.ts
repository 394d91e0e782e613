// The end of a restore into a fresh database: it takes the target's name, and the old one is dropped or kept; or, on every other way out, it is dropped
// itself. By sessions of the maintenance database.

import type { Connection } from "../../connections/connection.ts";
import { connectPostgres, type PostgresSession, placeOf } from "../../connections/postgres.ts";
import { isKnownError, KnownError } from "../../errors.ts";
import { describePostgresFailure } from "../postgres-failure.ts";
import { withPostgres } from "../postgres-session.ts";
import { dropDatabase } from "./drop-database.ts";
import { describeSessions, swapDatabases } from "./fresh-database.ts";
import { maintenanceDatabase } from "./maintenance.ts";
import type { RestoreNames } from "./names.ts";

export interface FreshWork {
  /** Of the maintenance database; it holds the lock. */
  readonly session: PostgresSession;
  readonly names: RestoreNames;
}

/** @param old the name that the target gets; undefined where there is none. */
export async function swap(target: Connection, { session, names }: FreshWork, old: string | undefined): Promise<void> {
  const maintenance = { ...target, schema: maintenanceDatabase };
  await withPostgres(maintenance, async (other) => {
    try {
      await swapDatabases({ session, other }, names, old);
    } catch (error) {
      if (isKnownError(error)) throw error;
      const objectInUse = "55006";
      if ((error as { code?: unknown }).code !== objectInUse) throw describePostgresFailure(error, placeOf(target));
      throw new KnownError(
        {
          what: "the restored database cannot take the old one's place: sessions stay that this login may not end",
          where: placeOf(target),
          found: (await describeSessions(other, names.target).catch(() => "")) || (error as Error).message,
          remedy: "End them, or grant pg_signal_backend to the login. The old database is as it was",
        },
        { cause: error },
      );
    }
  });
}

/** After the swap nothing may fail the task any more: the restore is done. What stays, the next run drops. */
export async function dropOld({ session, names }: FreshWork): Promise<void> {
  try {
    await dropDatabase(session, names.old);
  } catch (error) {
    console.error(`The old database stays as ${names.old} until the next run drops it: ${(error as Error).message}`);
  }
}

/**
 * By a session of its own: the others may be cut, and a cancelled task's signal is aborted.
 * @param old the name that the old one got, if the swap was begun and its end is not known.
 */
export async function dropFresh(target: Connection, fresh: string, old: string | null): Promise<void> {
  try {
    const connection = { ...target, schema: maintenanceDatabase };
    const session = await connectPostgres(connection, { applicationName: "dagwright restore" });
    const isDropped = await dropDatabase(session, fresh).finally(() => session.end());
    if (isDropped) console.log(`Dropped the fresh database ${fresh}; ${target.schema} is as it was`);
    else if (old === null) console.log(`There is no fresh database; ${target.schema} is as it was`);
    else
      console.error(
        `${target.schema} holds the restored data: the swap was done, only the server's answer was lost. The old ones are in ${old}`,
      );
  } catch (error) {
    console.error(`Look whether ${fresh} is still there; the next try drops it: ${(error as Error).message}`);
  }
}
