// Foreign keys between the tables of a copy: dropped before the first row and added after the last, which checks all rows at once instead
// of one by one. In the caller's transaction, under its locks: nobody else sees the tables without them.
// Invariant: a key is dropped only if it has been seen to come back exactly as it was; every other one stays.

import type { PostgresSession } from "../connections/postgres.ts";
import { isDatabaseError, isTransient } from "../connections/postgres-errors.ts";
import { type KeyDefinition, readKeyDefinitions } from "../streams/postgres-key-definitions.ts";
import { describePostgresFailure } from "./postgres-failure.ts";

export interface DroppedKeys {
  readonly dropped: readonly KeyDefinition[];
  /** Reasons why others stay, each with how many. */
  readonly kept: ReadonlyMap<string, number>;
}

const comesBackChanged = "that would not come back the same";

/** Call it when the tables are locked and empty: adding keys on trial then costs no look at rows. */
export async function dropKeys(session: PostgresSession, tables: readonly string[]): Promise<DroppedKeys> {
  const all = await readKeyDefinitions(session, tables);
  const kept = new Map<string, number>();
  const keep = (reason: string, count: number) => kept.set(reason, (kept.get(reason) ?? 0) + count);
  for (const { obstacle } of all) if (obstacle !== null) keep(obstacle, 1);
  let dropped = all.filter(({ obstacle }) => obstacle === null);
  // Each round drops fewer. One that stays may change the names that others get in their partitions, so they are tried again.
  while (dropped.length > 0) {
    await session.query("SAVEPOINT dagwright_keys");
    const tried = await tryKeys(session, tables, dropped);
    if (tried.stay.size > 0) await session.query("ROLLBACK TO SAVEPOINT dagwright_keys");
    await session.query("RELEASE SAVEPOINT dagwright_keys");
    if (tried.stay.size === 0) break;
    keep(tried.reason, tried.stay.size);
    dropped = dropped.filter((key) => !tried.stay.has(key));
  }
  return { dropped, kept };
}

interface Trial {
  readonly stay: ReadonlySet<KeyDefinition>;
  readonly reason: string;
}

/** Leaves the keys dropped, unless one of them has to stay. */
async function tryKeys(
  session: PostgresSession,
  tables: readonly string[],
  keys: readonly KeyDefinition[],
): Promise<Trial> {
  try {
    for (const { drop } of keys) await session.query(drop);
    await session.query("SAVEPOINT dagwright_trial");
    for (const statement of keys.flatMap(({ add }) => add)) await session.query(statement);
    const states = new Map((await readKeyDefinitions(session, tables)).map((key) => [nameOf(key), key.state]));
    await session.query("ROLLBACK TO SAVEPOINT dagwright_trial");
    const stay = new Set(keys.filter((key) => states.get(nameOf(key)) !== key.state));
    return { stay, reason: comesBackChanged };
  } catch (error) {
    // A right that the catalog does not show, an event trigger: what the target says of one key is taken to hold for all.
    if (!isDatabaseError(error) || isTransient(error.code)) throw error;
    return { stay: new Set(keys), reason: `that may not be dropped and added (${error.message})` };
  }
}

/** Checks them all. @throws KnownError naming the table and the key that its rows break. */
export async function addKeys(
  session: PostgresSession,
  keys: readonly KeyDefinition[],
  connection: string,
): Promise<void> {
  for (const { relation, add } of keys) {
    for (const statement of add) {
      await session.query(statement).catch((error: unknown) => {
        throw describePostgresFailure(error, `table ${relation}, connection ${connection}`);
      });
    }
  }
}

/** One line for the log; undefined where no key is between the tables. */
export function describeKeys({ dropped, kept }: DroppedKeys): string | undefined {
  const byRow = [...kept.values()].reduce((sum, count) => sum + count, 0);
  if (dropped.length + byRow === 0) return undefined;
  const reasons = [...kept].map(([reason, count]) => `${count} ${reason}`).join(", ");
  const paths = [`${dropped.length} checked at once after the last row`, `${byRow} row by row (${reasons})`];
  return `Foreign keys between the tables: ${paths.slice(0, byRow === 0 ? 1 : 2).join(", ")}`;
}

export function nameOf({ relation, constraint }: Pick<KeyDefinition, "relation" | "constraint">): string {
  return `${relation}.${constraint}`;
}
