// The writing side of a copy, all of it in the caller's one transaction: what must be so before the first row, and what follows the
// last. Invariant: when the transaction is rolled back, the target is as it was, sequences and triggers included.

import type { PostgresSession } from "../connections/postgres.ts";
import { KnownError } from "../errors.ts";
import { type CatalogTable, readTables, withEmptySearchPath } from "../streams/postgres-catalog.ts";
import { type ForeignKey, planLoadOrder, readForeignKeys } from "../streams/postgres-foreign-keys.ts";
import type { KeyDefinition } from "../streams/postgres-key-definitions.ts";
import { findMaterializedViews } from "../streams/postgres-materialized-views.ts";
import { readSequenceUses, type SequenceState, type SequenceUse, setSequence } from "../streams/postgres-sequences.ts";
import { compareShapes, findCounterpart } from "../streams/postgres-shape.ts";
import {
  disableTriggers,
  type FiringTrigger,
  findFiringTriggers,
  restoreTriggers,
} from "../streams/postgres-triggers.ts";
import type { Snapshot } from "./copy-source.ts";
import { addKeys, describeKeys, dropKeys, nameOf } from "./copy-target-keys.ts";

export interface Target {
  readonly connection: string;
  /** In the order of loading. */
  readonly tables: readonly CatalogTable[];
  readonly sequences: readonly SequenceUse[];
  readonly deferred: readonly ForeignKey[];
  /** Keys that are not there until all rows are. */
  readonly dropped: readonly KeyDefinition[];
  readonly triggers: readonly FiringTrigger[];
}

/** Compares, locks and empties. Nothing is written when the shapes differ. */
export async function prepareTarget(
  session: PostgresSession,
  { connection, lockTimeout }: { readonly connection: string; readonly lockTimeout: number },
  snapshot: Snapshot,
): Promise<Target> {
  await session.query("SELECT set_config('lock_timeout', $1, true)", [`${lockTimeout}s`]);
  const names = snapshot.tables.map(({ name }) => name);
  const shape = await withEmptySearchPath(session, async () => ({
    tables: await readTables(session, names),
    sequences: await readSequenceUses(session, names),
  }));
  refuseDifferences(connection, compareShapes(snapshot, shape));
  const keys = await readForeignKeys(session, names);
  refuseOutsiders(connection, names, keys);

  const relations = shape.tables.map(({ name, isPartitioned }) => (isPartitioned ? name : `ONLY ${name}`)).join(", ");
  // One statement, in the order of names: two copies take their turns instead of a deadlock.
  await session.query(`LOCK TABLE ${relations} IN ACCESS EXCLUSIVE MODE`);
  const triggers = await findFiringTriggers(session, names);
  await disableTriggers(session, triggers);
  await session.query(`TRUNCATE ${relations}`);
  const { deferred, dropped, order } = await freeOfKeys(session, names, keys);
  const tableOf = new Map(shape.tables.map((table) => [table.name, table]));
  return {
    connection,
    tables: order.map((name) => tableOf.get(name)!),
    sequences: shape.sequences,
    deferred,
    dropped,
    triggers,
  };
}

/** Checks the keys that were deferred or dropped, puts everything back as it was, sets sequences and refreshes materialised views. */
export async function finishTarget(
  session: PostgresSession,
  target: Target,
  states: readonly SequenceState[],
): Promise<{ readonly refreshed: readonly string[] }> {
  await session.query("SET CONSTRAINTS ALL IMMEDIATE");
  await restoreKeys(session, target.deferred);
  await addKeys(session, target.dropped, target.connection);
  await restoreTriggers(session, target.triggers);
  for (const state of states) {
    await setSequence(session, findCounterpart(state, target.sequences)!.sequence, state);
  }
  const names = target.tables.map(({ name }) => name);
  const views = await findMaterializedViews(session, names);
  for (const view of views) await session.query(`REFRESH MATERIALIZED VIEW ${view}`);
  return { refreshed: views };
}

/** Drops the keys that can be added again; the others bind the order of loading. */
async function freeOfKeys(
  session: PostgresSession,
  names: readonly string[],
  keys: readonly ForeignKey[],
): Promise<Pick<Target, "deferred" | "dropped"> & { readonly order: readonly string[] }> {
  const outcome = await dropKeys(session, names);
  const line = describeKeys(outcome);
  if (line !== undefined) console.log(line);
  const gone = new Set(outcome.dropped.map(nameOf));
  // Dropped ones are the first to give way in a cycle.
  const plan = planLoadOrder(
    names,
    keys.map((key) => ({ ...key, isDeferrable: key.isDeferrable || gone.has(nameOf(key)) })),
  );
  const deferred = plan.deferred.filter((key) => !gone.has(nameOf(key)));
  await deferKeys(session, deferred);
  return { order: plan.tables, deferred, dropped: outcome.dropped };
}

/** A key of a cycle is checked after the load: as it is, if it may be deferred, else made so until then. */
async function deferKeys(session: PostgresSession, keys: readonly ForeignKey[]): Promise<void> {
  for (const { relation, constraint, isDeferrable } of keys) {
    if (isDeferrable) await session.query(`SET CONSTRAINTS ${schemaOf(relation)}.${constraint} DEFERRED`);
    else await session.query(`ALTER TABLE ${relation} ALTER CONSTRAINT ${constraint} DEFERRABLE INITIALLY DEFERRED`);
  }
}

async function restoreKeys(session: PostgresSession, keys: readonly ForeignKey[]): Promise<void> {
  for (const { relation, constraint } of keys.filter(({ isDeferrable }) => !isDeferrable)) {
    await session.query(`ALTER TABLE ${relation} ALTER CONSTRAINT ${constraint} NOT DEFERRABLE`);
  }
}

/** `"odd.schema"."table"` → `"odd.schema"`. */
function schemaOf(relation: string): string {
  return /^(?:"(?:[^"]|"")*"|[^."]+)/.exec(relation)![0];
}

function refuseDifferences(connection: string, differences: readonly string[]): void {
  if (differences.length === 0) return;
  throw new KnownError({
    what: "the target's tables have another shape than the source's",
    where: `connection ${connection}`,
    found: differences.join("; "),
    remedy: "Nothing was written. Change the target's schema, or leave those tables out",
    isRetryable: false,
  });
}

/** TRUNCATE refuses a table that another one refers to, unless both are emptied. */
function refuseOutsiders(connection: string, names: readonly string[], keys: readonly ForeignKey[]): void {
  const chosen = new Set(names);
  const outside = keys.filter(({ from, to }) => chosen.has(to) && !chosen.has(from));
  if (outside.length === 0) return;
  throw new KnownError({
    what: "tables of the target that are not copied refer to tables that are",
    where: `connection ${connection}`,
    found: outside.map(({ constraint, from, to }) => `${from} → ${to} (${constraint})`).join("; "),
    remedy: "Nothing was written. Copy those tables as well",
    isRetryable: false,
  });
}
