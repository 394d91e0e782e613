// Creates the dag runs that are due, and starts queued ones as their limits allow.

import { airflowTime } from "../dag/airflow-time.ts";
import { type DagModel, effectiveArgs } from "../dag/model.ts";
import type { RunSlot } from "../dag/timetable.ts";
import { createDagRun, findDagRun, findDagRunByNumber, startDagRun } from "../store/dag-runs.ts";
import { type KnownDag, knowRun } from "./memory.ts";
import { planDagRun } from "./plan-dag-runs.ts";
import { planQueue } from "./plan-queue.ts";
import { maxRunsPerTurn, type Turn, wakeBy } from "./turn.ts";

export function createDueRuns(turn: Turn): void {
  for (const dag of turn.memory.dags.values()) {
    if (dag.row.isPaused || dag.row.isStale || dag.model === undefined) continue;
    while (dag.lookAt <= turn.now && turn.createdRuns < maxRunsPerTurn) lookAtSchedule(turn, dag, dag.model);
    wakeBy(turn, Math.max(turn.now, dag.lookAt));
  }
}

function lookAtSchedule(turn: Turn, dag: KnownDag, model: DagModel): void {
  // Whatever its schedule says: somebody triggers it.
  if (model.destructive) {
    dag.lookAt = Number.POSITIVE_INFINITY;
    return;
  }
  const activeRuns = countActive(turn, dag);
  const plan = planDagRun({ model, last: dag.last, activeRuns, maxActiveRuns: maxActiveRunsOf(turn, model) }, turn.now);
  if (plan.kind === "create") {
    createScheduledRun(turn, dag, { model, slot: plan.slot });
    dag.last = plan.slot.dataInterval;
  } else dag.lookAt = plan.kind === "wake" ? plan.at : Number.POSITIVE_INFINITY;
}

function createScheduledRun(turn: Turn, dag: KnownDag, { model, slot }: { model: DagModel; slot: RunSlot }): void {
  const { world, memory, nowText: queuedAt, events } = turn;
  // One that there is already counts, too: a turn must come to its end.
  turn.createdRuns++;
  const facts = {
    id: `scheduled__${airflowTime(slot.runAfter)}`,
    type: "scheduled",
    logicalDate: airflowTime(slot.logicalDate),
    dataIntervalStart: airflowTime(slot.dataInterval.start),
    dataIntervalEnd: airflowTime(slot.dataInterval.end),
    runAfter: airflowTime(slot.runAfter),
  };
  const { dagId, definition, build } = dag.row;
  const tasks = model.tasks.map((task) => ({ id: task.id, retries: effectiveArgs(model, task).retries }));
  const run = { dagId, facts, conf: {}, definition, build, isTest: false, queuedAt, tasks };
  const id = createDagRun(world.store, run);
  if (id === undefined) {
    // Somebody started a run of this logical date by hand: it stands for this one, too.
    const other = findDagRun(world.store, dagId, facts.id);
    if (other === undefined || other.facts.logicalDate === facts.logicalDate) return;
    const of = `of logical date ${other.facts.logicalDate}, from a schedule of before`;
    events.push({ kind: "trouble", text: `${dagId} has no run at ${facts.logicalDate}: ${facts.id} is the one ${of}` });
    return;
  }
  turn.previousRuns.clear();
  knowRun(world, memory, findDagRunByNumber(world.store, id)!);
  events.push({ kind: "dag_run", dagId, runId: facts.id, state: "queued" });
}

export function startQueuedRuns(turn: Turn): void {
  const { memory } = turn;
  for (const dag of memory.dags.values()) {
    if (!dag.isQueueTouched || dag.queued.size === 0) continue;
    if (dag.row.isPaused || dag.row.isStale || dag.model === undefined) continue;
    const running = [...dag.running].map((id) => memory.runs.get(id)!.row.backfill);
    const limits = {
      maxActiveRuns: maxActiveRunsOf(turn, dag.model),
      maxActiveRunsOf: (backfill: number) => memory.backfills.get(backfill)?.maxActiveRuns,
    };
    for (const id of planQueue(dag.queued, running, limits)) startRun(turn, id);
    // Last: a run that starts leaves the queue, which touches it.
    dag.isQueueTouched = false;
  }
}

function startRun({ world, memory, nowText, events }: Turn, id: number): void {
  startDagRun(world.store, id, nowText);
  const row = findDagRunByNumber(world.store, id)!;
  knowRun(world, memory, row);
  events.push({ kind: "dag_run", dagId: row.dagId, runId: row.facts.id, state: "running" });
}

/** Without those of backfills. */
function countActive({ memory }: Turn, { queued, running }: KnownDag): number {
  const ownRunning = [...running].filter((id) => memory.runs.get(id)!.row.backfill === null);
  return (queued.get(null)?.length ?? 0) + ownRunning.length;
}

function maxActiveRunsOf({ world }: Turn, model: DagModel): number {
  return model.destructive ? 1 : (model.maxActiveRuns ?? world.settings.maxActiveRunsPerDag);
}
