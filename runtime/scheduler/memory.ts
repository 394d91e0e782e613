// What the scheduler knows: DAGs, queued and running dag runs, pools, as the store has them. Made anew from the store at any time; what the
// operating system runs for it is kept apart (processes.ts).

import type { DataInterval } from "../dag/data-interval.ts";
import { findRefusal, refusedRemedy } from "../dag/destructive.ts";
import type { DagModel } from "../dag/model.ts";
import { isKnownError } from "../errors.ts";
import type { Manifest, ManifestDag } from "../manifest.ts";
import { type BackfillRow, findBackfill, readOpenBackfills } from "../store/backfills.ts";
import { type DagRunRow, findLastAutomatedDagRun, readUnfinishedDagRuns } from "../store/dag-runs.ts";
import { type DagRow, readDags } from "../store/dags.ts";
import type { Store } from "../store/open-store.ts";
import { defaultPool, readPools } from "../store/pools.ts";
import { readTaskInstances } from "../store/task-instances.ts";
import { type ActiveRun, openRun } from "./active-run.ts";
import { addQueued, type QueuedRun, type RunQueue, removeQueued } from "./run-queue.ts";
import type { World } from "./world.ts";

export interface KnownDag {
  readonly row: DagRow;
  /** Undefined when its build is missing: nothing of it is started. */
  readonly model: DagModel | undefined;
  readonly queued: RunQueue;
  /** Numbers of its runs. */
  readonly running: Set<number>;
  last: DataInterval | null;
  /** When its schedule is to be looked at again. */
  lookAt: number;
  /** Whether queued runs may be able to start. */
  isQueueTouched: boolean;
}

export interface Memory {
  readonly dags: Map<string, KnownDag>;
  readonly queued: Map<number, DagRunRow>;
  readonly runs: Map<number, ActiveRun>;
  readonly backfills: Map<number, BackfillRow>;
  /** What is to be told. */
  readonly troubles: string[];
  /** Runs that cannot go on, and why. */
  readonly broken: { readonly row: DagRunRow; readonly reason: string }[];
  pools: ReadonlyMap<string, number>;
  /** Pools that do not exist, that tasks wait for: each is told once. */
  readonly missingPools: Set<string>;
}

export function loadMemory(world: World): Memory {
  const memory: Memory = {
    dags: new Map(),
    queued: new Map(),
    runs: new Map(),
    backfills: new Map(readOpenBackfills(world.store).map((row) => [row.id, row])),
    broken: [],
    troubles: [],
    pools: loadPools(world),
    missingPools: new Set(),
  };
  for (const row of readDags(world.store)) knowDag(world, memory, row);
  for (const row of readUnfinishedDagRuns(world.store)) knowRun(world, memory, row);
  return memory;
}

export function loadPools({ store, settings }: Pick<World, "store" | "settings">): ReadonlyMap<string, number> {
  const own = readPools(store).map(({ pool, slots }) => [pool, slots] as const);
  return new Map([[defaultPool, settings.defaultPoolTaskSlotCount], ...own]);
}

/** New to it, or changed, or runs of it were deleted. */
export function knowDag(world: World, memory: Memory, row: DagRow): KnownDag {
  const { dags, troubles } = memory;
  const known = dags.get(row.dagId);
  const model = findModel(world, row);
  if (model === undefined && !row.isStale) troubles.push(`nothing of ${row.dagId} is started: ${buildIsMissing(row)}`);
  const dag: KnownDag = {
    row,
    model,
    queued: known?.queued ?? new Map(),
    running: known?.running ?? new Set(),
    last: known?.last ?? findLastInterval(world.store, row.dagId),
    lookAt: Number.NEGATIVE_INFINITY,
    isQueueTouched: true,
  };
  dags.set(row.dagId, dag);
  touchBlockedByPast(memory, dag);
  return dag;
}

/** New to it, or changed; one that has ended is forgotten. */
export function knowRun(world: World, memory: Memory, row: DagRunRow): void {
  const { runs, queued, dags } = memory;
  forgetRun(memory, row);
  const dag = dags.get(row.dagId);
  knowBackfill(world, memory, row);
  if (dag !== undefined && row.backfill !== null) dag.last = laterOf(dag.last, dataIntervalOf(row));
  if (row.state === "queued") {
    queued.set(row.id, row);
    if (dag !== undefined) addQueued(dag.queued, queuedRunOf(row));
  }
  if (row.state !== "running") return;
  const model = findModel(world, row);
  if (model === undefined) {
    memory.broken.push({ row, reason: buildIsMissing(row) });
    return;
  }
  const refusal = findRefusal(model, { type: row.facts.type, given: row.conf });
  if (refusal !== undefined) {
    memory.broken.push({ row, reason: `its DAG is destructive, and ${refusal}. ${refusedRemedy}` });
    return;
  }
  runs.set(row.id, openRun(row, model, readTaskInstances(world.store, row.id)));
  dag?.running.add(row.id);
}

/** What they wait for may be what was changed. */
export function touchBlockedByPast({ runs }: Memory, dag: KnownDag | undefined): void {
  for (const id of dag?.running ?? []) {
    const run = runs.get(id);
    for (const taskId of run?.blockedByPast ?? []) run!.touched.add(taskId);
  }
}

/** One that somebody asked for since. */
function knowBackfill({ store }: World, { backfills }: Memory, { backfill: id }: DagRunRow): void {
  if (id === null || backfills.has(id)) return;
  const row = findBackfill(store, id);
  if (row?.completedAt === null) backfills.set(id, row);
}

export function forgetRun({ runs, queued, dags }: Memory, { id, dagId }: Pick<DagRunRow, "id" | "dagId">): void {
  const waiting = queued.get(id);
  runs.delete(id);
  queued.delete(id);
  const dag = dags.get(dagId);
  if (dag === undefined) return;
  if (waiting !== undefined) removeQueued(dag.queued, queuedRunOf(waiting));
  dag.running.delete(id);
  dag.isQueueTouched = true;
  dag.lookAt = Number.NEGATIVE_INFINITY;
}

type Built = Pick<DagRow, "dagId" | "build" | "definition">;

/** Undefined when the build is missing, or another one lies in its place. */
function findModel(world: World, { build, dagId, definition }: Built): DagModel | undefined {
  const entry = findEntry(world, build, dagId);
  return entry?.definition === definition ? entry.model : undefined;
}

function buildIsMissing({ build }: Built): string {
  return `its build is missing, or another lies in its place: ${build}`;
}

function queuedRunOf({ id, backfill, sortOrdinal, facts: { runAfter } }: DagRunRow): QueuedRun {
  return { id, backfill, sortOrdinal, runAfter };
}

const entries = new WeakMap<Manifest, ReadonlyMap<string, ManifestDag>>();

/** Undefined when the build is missing or damaged, or has no such DAG. @throws KnownError when it cannot be read just now. */
export function findEntry(
  { readManifest }: Pick<World, "readManifest">,
  build: string,
  dagId: string,
): ManifestDag | undefined {
  try {
    const manifest = readManifest(build);
    const known = entries.get(manifest) ?? new Map(manifest.dags.map((entry) => [entry.model.id, entry]));
    entries.set(manifest, known);
    return known.get(dagId);
  } catch (error) {
    if (isKnownError(error) && !isPassing(error.cause)) return undefined;
    throw error;
  }
}

/** Too many open files, a right that is missing: it may be over at the next turn, and is no reason to end a run. */
function isPassing(cause: unknown): boolean {
  const { code } = (cause ?? {}) as { code?: string };
  return code !== undefined && code !== "ENOENT" && code !== "ENOTDIR";
}

/** From where the schedule of a DAG goes on, as the store has it. */
export function findLastInterval(store: Store, dagId: string): DataInterval | null {
  const row = findLastAutomatedDagRun(store, dagId);
  return row === undefined ? null : dataIntervalOf(row);
}

function dataIntervalOf({ facts }: DagRunRow): DataInterval | null {
  const { dataIntervalStart, dataIntervalEnd } = facts;
  if (dataIntervalStart === null || dataIntervalEnd === null) return null;
  return { start: Date.parse(dataIntervalStart), end: Date.parse(dataIntervalEnd) };
}

/** A schedule goes on from the latest run of its own or of a backfill, as in Airflow: a backfill ahead of it leaves out what lies between. */
function laterOf(one: DataInterval | null, other: DataInterval | null): DataInterval | null {
  if (one === null || other === null) return one ?? other;
  return one.start >= other.start ? one : other;
}
