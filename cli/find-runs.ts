// What the store knows of a DAG's runs, for commands that only look: a DAG that was never run is no mistake, one that does not exist is.

import { readNewestRunIds } from "../runtime/store/dag-runs.ts";
import { findDag } from "../runtime/store/dags.ts";
import type { Store } from "../runtime/store/open-store.ts";
import type { Io } from "./command.ts";
import { endDeadTests } from "./end-dead-tests.ts";
import { getKnownDag } from "./known-dags.ts";
import { lookIntoStore } from "./with-store.ts";

/** Undefined after the DAG's errors were shown. @throws KnownError when neither the store nor the project has such a DAG. */
export async function findRunsOfDag<Run>(
  io: Io,
  dagId: string,
  find: (store: Store) => readonly Run[],
): Promise<readonly Run[] | undefined> {
  const runs = lookIntoStore(io, undefined, (store) => {
    endDeadTests(store);
    return isKnown(store, dagId) ? find(store) : undefined;
  });
  return runs ?? ((await getKnownDag(io, dagId)) && []);
}

/** Whether the store has a DAG, or runs of one that is gone. */
export function isKnown(store: Store, dagId: string): boolean {
  return findDag(store, dagId) !== undefined || readNewestRunIds(store, dagId, 1).length > 0;
}
