// What must hold at every start, after every turn and at the end of a simulation, whatever died when. Read from the store and the machine,
// never from what the scheduler thinks.

import { effectiveArgs } from "../../runtime/dag/model.ts";
import { type DagRunState, isFailure, isFinished, type TaskState } from "../../runtime/dag/states.ts";
import type { Manifest } from "../../runtime/manifest.ts";
import { judgeTask } from "../../runtime/scheduler/judge-task.ts";
import { shapeOf } from "../../runtime/scheduler/run-shape.ts";
import type { SpawnRequest } from "../../runtime/scheduler/world.ts";
import { type DagRunRow, readDagRuns } from "../../runtime/store/dag-runs.ts";
import type { Store } from "../../runtime/store/open-store.ts";
import { readTaskInstances } from "../../runtime/store/task-instances.ts";
import type { MachineProcess } from "./machine.ts";

export interface Limits {
  readonly parallelism: number;
  readonly maxActiveTasksPerDag: number;
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
  const verdict = judgeTask(shapeOf(dag).graph, task, stateOf);
  if (verdict !== "run") broken(`${name} began although its trigger rule says ${verdict}`);
  if (alive.length >= limits.parallelism) broken(`${name} began beyond parallelism`);
  const ofRun = alive.filter((other) => other.request.run.id === run.id).length;
  if (ofRun >= (dag.maxActiveTasks ?? limits.maxActiveTasksPerDag)) broken(`${name} began beyond maxActiveTasks`);
  checkPool(request, alive, limits, name);
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
    if (isOver(run.state)) checkEndedRun(store, run);
    if (isOver(run.state) && isLive(run)) broken(`${run.dagId} ${run.facts.id} is ${run.state}, and runs`);
  }
  const stuck = findStuck(store, manifest).filter(({ queuedAt }) => Date.parse(queuedAt) <= end);
  if (stuck.length > 0) broken(`${stuck[0]!.dagId} ${stuck[0]!.facts.id} is still ${stuck[0]!.state}`);
  const done = "NOT EXISTS (SELECT 1 FROM dag_run WHERE backfill = b.id AND state IN ('queued', 'running'))";
  const open = store.prepare(`SELECT id FROM backfill b WHERE completed_at IS NULL AND ${done}`).get();
  if (open !== undefined) broken("a backfill is open although its runs have ended");
  if (store.pragma("integrity_check", { simple: true }) !== "ok") broken("the store is damaged");
}

/** Runs that have not ended, but for those of DAGs in which one waits for the past: for ever, once that has failed. */
export function findStuck(store: Store, manifest: Manifest): DagRunRow[] {
  const open = readRuns(store, manifest).filter(({ state }) => !isOver(state));
  const waiting = open.filter((run) => {
    const { model } = manifest.dags.find((dag) => dag.model.id === run.dagId)!;
    const unfinished = readTaskInstances(store, run.id).filter(({ state }) => !isFinished(state));
    const dependsOnPast = (id: string) => {
      const args = effectiveArgs(model, model.tasks.find((task) => task.id === id)!);
      return args.dependsOnPast || args.waitForDownstream;
    };
    return run.state === "running" && unfinished.some(({ taskId }) => dependsOnPast(taskId));
  });
  return open.filter(({ dagId }) => !waiting.some((run) => run.dagId === dagId));
}

function readRuns(store: Store, manifest: Manifest): DagRunRow[] {
  return manifest.dags.flatMap(({ model }) => readDagRuns(store, model.id));
}

function checkEndedRun(store: Store, { id, dagId, facts, state }: DagRunRow): void {
  // What people say stands.
  if (store.prepare("SELECT 1 FROM touched WHERE run = ?").get(id) !== undefined) return;
  const instances = readTaskInstances(store, id);
  if (state === "success" && instances.length > 0 && instances.every((instance) => isFailure(instance.state))) {
    broken(`${dagId} ${facts.id} is a success of failures`);
  }
}
