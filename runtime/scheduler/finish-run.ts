// The end of a dag run, however it came about: its backfill may be complete by it, and its DAG paused after so many failures.

import type { DagModel } from "../dag/model.ts";
import { completeBackfill } from "../store/backfills.ts";
import { type DagRunRow, finishDagRun, hasUnfinishedDagRuns, readLastStates } from "../store/dag-runs.ts";
import { pauseDag } from "../store/dags.ts";
import { overruleTask, readTaskInstances } from "../store/task-instances.ts";
import { forgetRun, knowDag } from "./memory.ts";
import type { Turn } from "./turn.ts";

export interface EndedRun {
  readonly row: DagRunRow;
  readonly state: "success" | "failed";
  /** As the run has it, or where that is gone as it is now. */
  readonly dag: DagModel | undefined;
}

export function finishRun(turn: Turn, { row, state, dag }: EndedRun): void {
  const { world, memory, nowText: endDate, events } = turn;
  for (const text of memory.troubles.splice(0)) events.push({ kind: "trouble", text });
  finishDagRun(world.store, row.id, { state, endDate });
  forgetRun(memory, row);
  events.push({ kind: "dag_run", dagId: row.dagId, runId: row.facts.id, state });
  if (row.backfill !== null && !hasUnfinishedDagRuns(world.store, row.backfill)) {
    completeBackfill(world.store, row.backfill, endDate);
    memory.backfills.delete(row.backfill);
  }
  if (state === "failed") pauseAfterFailures(turn, row, dag);
}

/** Runs whose build is gone. What runs of them is ended: nobody could say what its end means. */
export function failBrokenRuns(turn: Turn): void {
  const { world, memory, nowText: endDate, events } = turn;
  for (const { row, reason } of memory.broken.splice(0)) {
    events.push({ kind: "trouble", text: `run ${row.facts.id} of ${row.dagId} cannot go on: ${reason}` });
    for (const { taskId, state } of readTaskInstances(world.store, row.id)) {
      if (state !== "running" && state !== "restarting" && state !== "up_for_retry") continue;
      const error = `its dag run cannot go on: ${reason}`;
      overruleTask(world.store, row.id, { taskId, state: "failed", error, endDate });
    }
    finishRun(turn, { row, state: "failed", dag: memory.dags.get(row.dagId)?.model });
  }
}

/** Source: _check_last_n_dagruns_failed in airflow/models/dagrun.py. */
function pauseAfterFailures(turn: Turn, { dagId }: DagRunRow, dag: DagModel | undefined): void {
  const { world, memory } = turn;
  const limit = dag?.maxConsecutiveFailedDagRuns || world.settings.maxConsecutiveFailedDagRunsPerDag;
  const known = memory.dags.get(dagId);
  if (limit <= 0 || known === undefined || known.row.isPaused) return;
  const states = readLastStates(world.store, dagId, limit);
  if (states.length < limit || states.some((state) => state !== "failed")) return;
  pauseDag(world.store, dagId, true);
  knowDag(world, memory, { ...known.row, isPaused: true });
  const reason = `its last ${limit} dag runs failed`;
  turn.events.push({ kind: "dag_paused", dagId, reason });
}
