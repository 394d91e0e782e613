// What `dags delete` does. The DAG itself stays while a file defines it, paused or not as it was: Airflow finds it again at its next look at
// the files. Its schedule begins as if it had never run.

import { rmSync } from "node:fs";
import { KnownError } from "../runtime/errors.ts";
import { readDagIdsOfRuns } from "../runtime/store/dag-runs.ts";
import { readDags } from "../runtime/store/dags.ts";
import { type DeletedDag, deleteDag, readUnfinishedRunIds } from "../runtime/store/delete-dag-runs.ts";
import { leaveNotice } from "../runtime/store/notices.ts";
import { openStore, type Store } from "../runtime/store/open-store.ts";
import type { Io } from "./command.ts";
import { endDeadTests } from "./end-dead-tests.ts";
import { isKnown } from "./find-runs.ts";
import { noSuchDag } from "./get-dag.ts";
import { longestTestRunMs } from "./prune-builds.ts";
import { runLogFolder, storeFile } from "./state-folder.ts";
import { hasStore } from "./with-store.ts";

export async function deleteDagRecords(
  dagId: string,
  { isAgreed }: { isAgreed: () => Promise<boolean> },
  io: Io,
): Promise<number> {
  const file = storeFile(io.projectRoot);
  if (!hasStore(io)) throw noSuchDag(dagId, []);
  const store = openStore(file);
  try {
    if (!isKnown(store, dagId)) throw noSuchDag(dagId, knownIds(store));
    endDeadTests(store);
    refuseUnfinished(store, dagId);
    if (!(await isAgreed())) {
      io.stdout("Cancelled\n");
      return 0;
    }
    const { runs, records } = deleteInTransaction(store, dagId);
    // A run that began meanwhile keeps its log.
    for (const { runId } of runs) rmSync(runLogFolder(io.projectRoot, dagId, runId), { recursive: true, force: true });
    io.stdout(`Removed ${records} record(s)\n`);
    return 0;
  } finally {
    store.close();
  }
}

function deleteInTransaction(store: Store, dagId: string): DeletedDag {
  const remove = store.transaction(() => {
    refuseUnfinished(store, dagId);
    const deleted = deleteDag(store, dagId);
    leaveNotice(store, { kind: "dag", dagId });
    return deleted;
  });
  return remove.immediate();
}

const mostNamed = 5;

function refuseUnfinished(store: Store, dagId: string): void {
  const testsSince = new Date(Date.now() - longestTestRunMs).toISOString();
  const unfinished = readUnfinishedRunIds(store, dagId, { testsSince, limit: mostNamed + 1 });
  if (unfinished.length === 0) return;
  const more = unfinished.length > mostNamed ? " and more" : "";
  throw new KnownError({
    what: "the DAG has runs that have not ended, and nothing was deleted",
    where: `DAG ${dagId}`,
    found: `${unfinished.slice(0, mostNamed).join(", ")}${more}`,
    remedy: "Wait for their end, or end them, and pause the DAG so that no other begins",
    isRetryable: false,
  });
}

function knownIds(store: Store): string[] {
  return [...new Set([...readDags(store).map(({ dagId }) => dagId), ...readDagIdsOfRuns(store)])].sort();
}
