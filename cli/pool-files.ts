// Files of pools, as Airflow's `pools import` and `export` read and write them. Source: airflow/cli/commands/pool_command.py of Airflow 3.3.

import type { JsonObject, JsonValue } from "../runtime/dag/json.ts";
import { KnownError } from "../runtime/errors.ts";
import type { PoolRow } from "../runtime/store/pools.ts";
import { parseJsonObject, readTextFile } from "./airflow-json.ts";
import type { Io } from "./command.ts";
import { checkPool } from "./known-pools.ts";

/** @throws KnownError when it cannot be read, naming every entry that is no pool. */
export function readPoolFile(file: string, io: Io): PoolRow[] {
  const entries = Object.entries(parseJsonObject(readTextFile(file, io), file));
  const wrong = entries.filter(([, entry]) => !isPool(entry)).map(([name]) => name);
  if (wrong.length > 0) {
    throw new KnownError({
      what: "some entries are no pools, and nothing was written",
      where: file,
      found: wrong.join(", "),
      remedy: 'Write each as "name": {"slots": 4, "description": "…"}',
      isRetryable: false,
    });
  }
  const pools = entries.map(([pool, entry]) => ({ pool, ...(entry as unknown as PoolEntry) }));
  const deferring = pools.filter(({ include_deferred }) => include_deferred).map(({ pool }) => pool);
  if (deferring.length > 0) {
    io.stderr(`note: include_deferred of ${deferring.join(", ")} is not kept: no task is deferred here\n`);
  }
  return pools.map(({ pool, slots, description }) => checkPool({ pool, slots, description: description ?? "" }, file));
}

export function toPoolFile(pools: readonly PoolRow[]): Record<string, JsonValue> {
  return Object.fromEntries(
    pools.map(({ pool, slots, description }) => [pool, { slots, description, include_deferred: false }]),
  );
}

interface PoolEntry {
  readonly slots: number;
  readonly description: string | null;
  readonly include_deferred?: JsonValue;
}

function isPool(entry: JsonValue): boolean {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return false;
  const { slots, description } = entry as JsonObject;
  return typeof slots === "number" && (description === null || typeof description === "string");
}
