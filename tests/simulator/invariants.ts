// What must hold at every start, after every turn and at the end of a simulation, whatever died when. Read from the store and the machine,
// never from what the scheduler thinks.

import { dagDates } from "../../runtime/dag/dag-dates.ts";
import { ancestorsOf, descendantsOf, setupsOf } from "../../runtime/dag/graph.ts";
import { type DagModel, effectiveArgs } from "../../runtime/dag/model.ts";
import { type DagRunState, isFailure, isFinished, type TaskState } from "../../runtime/dag/states.ts";
import { nextSlot } from "../../runtime/dag/timetable.ts";
import type { Manifest } from "../../runtime/manifest.ts";
import { judgeTask } from "../../runtime/scheduler/judge-task.ts";
import { planRun } from "../../runtime/scheduler/plan-run.ts";
import { shapeOf } from "../../runtime/scheduler/run-shape.ts";
import type { SpawnRequest } from "../../runtime/scheduler/world.ts";
import { type DagRunRow, readDagRuns, readUnfinishedDagRuns } from "../../runtime/store/dag-runs.ts";
import type { Store } from "../../runtime/store/open-store.ts";
import { readTaskInstances, type TaskInstanceRow } from "../../runtime/store/task-instances.ts";
import type { MachineProcess } from "./machine.ts";

export interface Limits {
  readonly parallelism: number;
  readonly maxActiveTasksPerDag: number;
  readonly maxActiveRunsPerDag: number;
  /** As they are now. */
  readonly pools: () => ReadonlyMap<string, number>;
}

export class BrokenInvariant extends Error {
  override readonly name = "BrokenInvariant";
}

function broken(text: string): never {
  throw new BrokenInvariant(text);
}

/** Before a process begins: the store has it as running, nothing of the task is alive, every limit holds with it. */
export function checkStart(
  store: Store,
  request: SpawnRequest,
  alive: readonly MachineProcess[],
  limits: Limits,
): void {
  const { run, dag, task, tryNumber, starts } = request;
  const name = `${dag.id} ${run.facts.id} ${task.id} try ${tryNumber}, start ${starts}`;
  const instances = new Map(readTaskInstances(store, run.id).map((row) => [row.taskId, row]));
  const instance = instances.get(task.id);
  if (instance?.state !== "running" || instance.starts !== starts) {
    broken(`${name} began while the store has it as ${instance?.state}, start ${instance?.starts}`);
  }
  if (alive.some((other) => other.request.run.id === run.id && other.request.task.id === task.id)) {
    broken(`${name} began beside another process of the task`);
  }
  const stateOf = (id: string): TaskState => (id === task.id ? "none" : (instances.get(id)?.state ?? "none"));
  const verdict = judgeTask(shapeOf(dag), task, stateOf);
  // A try that is started again was decided upon before somebody changed what is upstream.
  if (!isTouched(store, run.id)) {
    if (verdict !== "run") broken(`${name} began although its trigger rule says ${verdict}`);
    checkTeardown(request, stateOf, name);
  }
  checkPast(store, request, name);
  checkActiveRuns(store, request, limits, name);
  if (alive.length >= limits.parallelism) broken(`${name} began beyond parallelism`);
  const ofRun = alive.filter((other) => other.request.run.id === run.id).length;
  if (ofRun >= (dag.maxActiveTasks ?? limits.maxActiveTasksPerDag)) broken(`${name} began beyond maxActiveTasks`);
  checkPool(request, alive, limits, name);
}

/** Whatever its trigger rule says: nothing that uses its setups is still to end. */
function checkTeardown({ dag, task }: SpawnRequest, stateOf: (id: string) => TaskState, name: string): void {
  if (task.role !== "teardown") return;
  const { graph } = shapeOf(dag);
  const above = new Set(ancestorsOf(graph, task.id));
  const using = setupsOf(graph, task.id).flatMap((setup) => descendantsOf(graph, setup).filter((id) => above.has(id)));
  const open = using.find((id) => !isFinished(stateOf(id)));
  if (open !== undefined) broken(`${name} began while ${open}, which uses its setup, is ${stateOf(open)}`);
}

function checkActiveRuns(store: Store, { run, dag }: SpawnRequest, limits: Limits, name: string): void {
  if (run.backfill !== null) return;
  const running = "SELECT count(*) FROM dag_run WHERE dag_id = ? AND state = 'running' AND backfill IS NULL";
  const active = store.prepare(running).pluck().get(dag.id) as number;
  if (active > (dag.maxActiveRuns ?? limits.maxActiveRunsPerDag)) broken(`${name} began beyond maxActiveRuns`);
}

function checkPast(store: Store, { run, dag, task }: SpawnRequest, name: string): void {
  const { dependsOnPast, waitForDownstream } = effectiveArgs(dag, task);
  if (!dependsOnPast && !waitForDownstream) return;
  // One that came later, with a date of before, holds nothing back that was ready already. Not by its time: the clock jumps.
  const isOvertaken = readDagRuns(store, dag.id).some(
    ({ id, facts }) => facts.logicalDate !== null && facts.logicalDate < run.facts.logicalDate! && id > run.id,
  );
  const isChanged = readDagRuns(store, dag.id).some(({ id }) => isTouched(store, id));
  if (run.facts.logicalDate === null || isOvertaken || isChanged) return;
  const state = findStateHoldingBack(store, dag, run, task.id);
  if (state !== undefined) broken(`${name} began although its task was ${state} in the run of before`);
}

/** Of the same task in the run of before, where the task depends on it and it was no success; `none` where it had none. */
function findStateHoldingBack(store: Store, dag: DagModel, run: DagRunRow, taskId: string): TaskState | undefined {
  const { dependsOnPast, waitForDownstream } = effectiveArgs(dag, dag.tasks.find(({ id }) => id === taskId)!);
  if (!(dependsOnPast || waitForDownstream) || run.facts.logicalDate === null || run.sortOrdinal === 1)
    return undefined;
  const before = readDagRuns(store, dag.id)
    .filter(({ facts }) => facts.logicalDate !== null && facts.logicalDate < run.facts.logicalDate!)
    .filter(({ facts }) => !dag.catchup || facts.type !== "manual")
    .sort((left, right) => (left.facts.logicalDate! < right.facts.logicalDate! ? 1 : -1))[0];
  const { startDate } = dagDates(dag);
  if (before === undefined) return undefined;
  if (dag.catchup && startDate !== null && Date.parse(before.facts.logicalDate!) < startDate) return undefined;
  const instances = new Map(readTaskInstances(store, before.id).map((row) => [row.taskId, row.state]));
  const below = waitForDownstream ? dag.tasks.filter(({ upstream }) => upstream.includes(taskId)) : [];
  const states = [taskId, ...below.map(({ id }) => id)].map((id) => instances.get(id) ?? "none");
  return states.find((state) => state !== "success" && state !== "skipped");
}

function checkPool({ dag, task }: SpawnRequest, alive: readonly MachineProcess[], limits: Limits, name: string): void {
  const { pool, poolSlots } = effectiveArgs(dag, task);
  const slots = limits.pools().get(pool) ?? 0;
  const used = alive
    .map(({ request }) => effectiveArgs(request.dag, request.task))
    .filter((args) => args.pool === pool)
    .reduce((sum, args) => sum + args.poolSlots, 0);
  if (slots !== -1 && used + poolSlots > slots)
    broken(`${name} began with ${used} of ${slots} slots of ${pool} in use`);
}

/** What nobody but a person may take back: the store itself refuses it, at the statement that tries. */
export const guards = `
  CREATE TRIGGER patient_retry BEFORE UPDATE OF state ON task_instance
    WHEN OLD.state = 'up_for_retry' AND NEW.state IN ('scheduled', 'running') AND OLD.next_try_at > simulated_now()
    BEGIN SELECT RAISE(ABORT, 'a task is tried again before its time'); END;
  CREATE TRIGGER pause BEFORE UPDATE OF state ON task_instance
    WHEN NEW.state = 'running' AND OLD.state <> 'running'
      AND EXISTS (SELECT 1 FROM dag_run JOIN dag USING (dag_id) WHERE id = NEW.run AND is_paused)
    BEGIN SELECT RAISE(ABORT, 'a task of a paused DAG starts'); END;
  CREATE TABLE by_hand (command INTEGER);
  CREATE TABLE touched (run INTEGER PRIMARY KEY);
  CREATE TRIGGER touched_task AFTER UPDATE ON task_instance WHEN EXISTS (SELECT 1 FROM by_hand)
    BEGIN INSERT OR IGNORE INTO touched VALUES (NEW.run); END;
  CREATE TRIGGER touched_run AFTER UPDATE ON dag_run WHEN EXISTS (SELECT 1 FROM by_hand)
    BEGIN INSERT OR IGNORE INTO touched VALUES (NEW.id); END;
  CREATE TRIGGER final_task BEFORE UPDATE OF state ON task_instance
    WHEN OLD.state IN ('success', 'failed', 'skipped', 'upstream_failed') AND NEW.state <> OLD.state
      AND NOT EXISTS (SELECT 1 FROM by_hand)
    BEGIN SELECT RAISE(ABORT, 'a task that has ended changes'); END;
  CREATE TRIGGER final_run BEFORE UPDATE OF state ON dag_run
    WHEN OLD.state IN ('success', 'failed') AND NEW.state <> OLD.state AND NOT EXISTS (SELECT 1 FROM by_hand)
    BEGIN SELECT RAISE(ABORT, 'a run that has ended changes'); END;
  CREATE TRIGGER whole_success BEFORE UPDATE OF state ON dag_run
    WHEN NEW.state = 'success' AND EXISTS (
      SELECT 1 FROM task_instance WHERE run = NEW.id AND state NOT IN ('success', 'failed', 'skipped', 'upstream_failed'))
    BEGIN SELECT RAISE(ABORT, 'a run succeeds before its tasks have ended'); END;
  CREATE TRIGGER whole_failure BEFORE UPDATE OF state ON dag_run
    WHEN NEW.state = 'failed' AND EXISTS (SELECT 1 FROM task_instance WHERE run = NEW.id AND state IN ('running', 'up_for_retry'))
    BEGIN SELECT RAISE(ABORT, 'a run fails while its tasks run'); END;
`;

export function isOver(state: DagRunState): boolean {
  return state === "success" || state === "failed";
}

/** When all faults are over and everything had its time. Runs that began after `end` are not looked at. */
export function checkEnd(
  store: Store,
  manifest: Manifest,
  { processes, end }: { processes: readonly MachineProcess[]; end: number },
): void {
  const begun = new Set<string>();
  for (const { request } of processes) {
    const key = `${request.run.id}/${request.task.id} try ${request.tryNumber}`;
    if (begun.has(key)) broken(`${key} ran twice`);
    begun.add(key);
  }
  const isLive = (run: DagRunRow) => processes.some(({ request, isAlive }) => isAlive && request.run.id === run.id);
  for (const run of readRuns(store, manifest)) {
    const { model } = manifest.dags.find((dag) => dag.model.id === run.dagId)!;
    if (isOver(run.state)) checkEndedRun(store, model, run);
    if (isOver(run.state) && isLive(run)) broken(`${run.dagId} ${run.facts.id} is ${run.state}, and runs`);
  }
  for (const { model } of manifest.dags) checkSlots(store, model);
  const stuck = findStuck(store, manifest).filter(({ queuedAt }) => Date.parse(queuedAt) <= end);
  if (stuck.length > 0) broken(`${stuck[0]!.dagId} ${stuck[0]!.facts.id} is still ${stuck[0]!.state}`);
  const done = "NOT EXISTS (SELECT 1 FROM dag_run WHERE backfill = b.id AND state IN ('queued', 'running'))";
  const open = store.prepare(`SELECT id FROM backfill b WHERE completed_at IS NULL AND ${done}`).get();
  if (open !== undefined) broken("a backfill is open although its runs have ended");
  if (store.pragma("integrity_check", { simple: true }) !== "ok") broken("the store is damaged");
}

/** With catchup a schedule leaves nothing out, unless a backfill ran ahead of it. */
function checkSlots(store: Store, model: DagModel): void {
  const { schedule, catchup } = model;
  if (!catchup || (schedule?.kind !== "cron" && schedule?.kind !== "delta")) return;
  const runs = readDagRuns(store, model.id).filter(({ facts }) => facts.logicalDate !== null);
  if (runs.some(({ backfill }) => backfill !== null)) return;
  const dates = new Set(runs.map(({ facts }) => Date.parse(facts.logicalDate!)));
  const scheduled = runs
    .filter(({ facts }) => facts.type === "scheduled")
    .map(({ facts }) => ({ start: Date.parse(facts.dataIntervalStart!), end: Date.parse(facts.dataIntervalEnd!) }))
    .sort((left, right) => left.end - right.end);
  const newest = scheduled.at(-1);
  let last = scheduled[0];
  while (last !== undefined && last.end < newest!.end) {
    const slot = nextSlot({ schedule, ...dagDates(model), catchup, last, now: newest!.end });
    if (slot === null || !dates.has(slot.logicalDate)) {
      broken(
        `${model.id} has no run after ${new Date(last.end).toISOString()}, but one at ${new Date(newest!.end).toISOString()}`,
      );
    }
    last = slot.dataInterval;
  }
}

/** Runs that have not ended, but for those of DAGs in which one waits for the past: for ever, once that has failed. */
export function findStuck(store: Store, manifest: Manifest): DagRunRow[] {
  const open = readUnfinishedDagRuns(store);
  const waiting = open.filter((run) => {
    const { model } = manifest.dags.find((dag) => dag.model.id === run.dagId)!;
    const unfinished = readTaskInstances(store, run.id).filter(({ state }) => !isFinished(state));
    const isHeldBack = (taskId: string) =>
      model.tasks.some(({ id }) => id === taskId) && findStateHoldingBack(store, model, run, taskId) !== undefined;
    return run.state === "running" && unfinished.some(({ taskId }) => isHeldBack(taskId));
  });
  return open.filter(({ dagId }) => !waiting.some((run) => run.dagId === dagId));
}

function readRuns(store: Store, manifest: Manifest): DagRunRow[] {
  return manifest.dags.flatMap(({ model }) => readDagRuns(store, model.id));
}

function isTouched(store: Store, run: number): boolean {
  return store.prepare("SELECT 1 FROM touched WHERE run = ?").get(run) !== undefined;
}

function checkEndedRun(store: Store, dag: DagModel, { id, dagId, facts, state }: DagRunRow): void {
  // What people say stands.
  if (isTouched(store, id)) return;
  const instances = readTaskInstances(store, id);
  if (instances.some((instance) => !isFinished(instance.state))) checkDeadlock(dag, facts.id, instances);
  if (state === "success" && instances.length > 0 && instances.every((instance) => isFailure(instance.state))) {
    broken(`${dagId} ${facts.id} is a success of failures`);
  }
}

/** A run that was given up with tasks undone: the planner of single runs, which looks at all of them anew, gives it up, too. */
function checkDeadlock(dag: DagModel, runId: string, rows: readonly TaskInstanceRow[]): void {
  const instances = new Map(rows.map((row) => [row.taskId, row]));
  const plan = planRun({ dag, instances, now: 0, freeSlots: 100, maxActiveTasksPerDag: 100 });
  if (plan[0]?.kind !== "finish")
    broken(`${dag.id} ${runId} was given up although it could go on: ${JSON.stringify(plan)}`);
}
