// A dag run by the ids that somebody typed, and what every command says where there is none.

import { didYouMean } from "../runtime/did-you-mean.ts";
import { KnownError } from "../runtime/errors.ts";
import { type DagRunRow, findDagRun, readDagIdsOfRuns, readNewestRunIds } from "../runtime/store/dag-runs.ts";
import { openStore, type Store } from "../runtime/store/open-store.ts";
import type { Io } from "./command.ts";
import { endDeadTests } from "./end-dead-tests.ts";
import { storeFile } from "./state-folder.ts";
import { hasStore } from "./with-store.ts";

/** For commands that look at runs: no store is made where nothing was run. @throws KnownError then. */
export function openRuns({ projectRoot }: Io): Store {
  const file = storeFile(projectRoot);
  if (hasStore({ projectRoot })) {
    const store = openStore(file);
    endDeadTests(store);
    return store;
  }
  throw noSuchRun("nothing was run in this project", "Run a DAG: npx dagwright dags test DAG_ID");
}

const mostNamed = 5;
/** Of which the nearest to a mistyped one is sought. */
const mostCompared = 1_000;

/** The newest run of a DAG, or the one with this id. @throws KnownError naming the nearest and the newest ones. */
export function getDagRun(store: Store, dagId: string, runId?: string): DagRunRow {
  const run = findDagRun(store, dagId, runId);
  if (run) return run;
  const newest = readNewestRunIds(store, dagId, mostCompared);
  if (newest.length === 0) {
    const near = didYouMean(dagId, readDagIdsOfRuns(store));
    throw noSuchRun(`no run of DAG ${JSON.stringify(dagId)}${near}`, `Run it: npx dagwright dags test ${dagId}`);
  }
  const found = `${JSON.stringify(runId)} of DAG ${dagId}${didYouMean(runId!, newest)}`;
  throw noSuchRun(found, `The newest: ${newest.slice(0, mostNamed).join(", ")}`);
}

function noSuchRun(found: string, remedy: string): KnownError {
  return new KnownError({ what: "there is no such dag run", found, remedy, isRetryable: false });
}
