// The scheduler: looks at what has changed, decides in one transaction, then starts and ends processes. All decisions are made in plan-….ts and
// judge-….ts; all that it knows can be made anew from the store, and is after a transaction that failed.

import { findDagRunByNumber } from "../store/dag-runs.ts";
import { findDag } from "../store/dags.ts";
import { takeNotices } from "../store/notices.ts";
import { applyEnd } from "./apply-ends.ts";
import { createDueRuns, startQueuedRuns } from "./create-runs.ts";
import { failBrokenRuns } from "./finish-run.ts";
import { knowDag, knowRun, loadMemory, loadPools, type Memory, touchBlockedByPast } from "./memory.ts";
import { planStarts } from "./plan-starts.ts";
import { createProcesses, type EndedProcess, type Processes } from "./processes.ts";
import { progressRun } from "./progress-run.ts";
import { adoptProcesses, endWhatIsOverruled, runningTask, startProcesses } from "./start-processes.ts";
import { type NewBuild, takeBuild } from "./take-build.ts";
import { tellMissingPools } from "./tell-missing-pools.ts";
import { markRunning, markScheduled, maxRunsPerTurn, type TaskStart, type Turn, wakeBy } from "./turn.ts";
import type { World } from "./world.ts";

export interface Scheduler {
  /** Does what is to be done now. Returns when to look again if nothing rings before: milliseconds since 1970. */
  step(): number;
  /** Its DAGs are live at the next step. */
  takeBuild(build: NewBuild): void;
  /** While it holds, ends are recorded and nothing new begins: for a disk that is full. */
  hold(isHolding: boolean): void;
  /** Nothing is started any more, and what runs is ended; its tries do not count. Then call `step` until `runningProcesses` is 0. */
  stop(): void;
  /** What runs is ended at once. */
  kill(): void;
  readonly runningProcesses: number;
  /** As it knows them from its last step. */
  count(): SchedulerCounts;
}

export interface SchedulerCounts {
  readonly dags: number;
  readonly pausedDags: number;
  readonly queuedRuns: number;
  readonly runningRuns: number;
  /** Of those, tasks that wait for a slot. */
  readonly waitingTasks: number;
}

const stopped = "the scheduler was stopped";

/** Goes on with what an earlier scheduler left, which is gone: its processes are adopted before this resolves. */
export async function createScheduler(world: World): Promise<Scheduler> {
  const processes = createProcesses(world);
  let memory: Memory | undefined = loadMemory(world);
  let build: NewBuild | undefined;
  let isStopping = false;
  let isHolding = false;
  await adoptProcesses(world, memory, processes);
  await world.spawner.endStrays();
  const endAll = (how: "terminate" | "kill") => {
    isStopping = true;
    for (const live of processes.live.values()) {
      live.isTold = true;
      live.process[how](stopped);
    }
  };
  return {
    step: () => {
      memory ??= loadMemory(world);
      const turn = createTurn({ world, memory, processes, isStopping, isHolding: isHolding || isStopping });
      const ended = processes.ended.filter((end) => isHandled(end, turn));
      try {
        decideInTransaction(turn, { ended: isStopping ? ended.map(asLost) : ended, build });
      } catch (error) {
        // What it knows may be ahead of the store.
        memory = undefined;
        throw error;
      }
      processes.forgetEnded(ended);
      build = undefined;
      startProcesses(turn);
      // What waits for a process goes before what tidies up after one.
      for (const { run, taskId, starts } of ended) world.spawner.forget(run, taskId, starts);
      endWhatIsOverruled(turn);
      for (const event of turn.events) world.report(event);
      return processes.ended.some((end) => isHandled(end, turn)) ? turn.now : turn.wakeAt;
    },
    takeBuild: (next) => {
      build = next;
      world.ring();
    },
    hold: (holds) => {
      isHolding = holds;
      world.ring();
    },
    stop: () => endAll("terminate"),
    kill: () => endAll("kill"),
    get runningProcesses() {
      return processes.live.size + processes.ended.filter(({ end }) => end !== "never_began").length;
    },
    count: () => countMemory(memory ?? loadMemory(world)),
  };
}

function countMemory({ dags, queued, runs }: Memory): SchedulerCounts {
  const active = [...dags.values()].filter(({ row }) => !row.isStale);
  return {
    dags: active.length,
    pausedDags: active.filter(({ row }) => row.isPaused).length,
    queuedRuns: queued.size,
    runningRuns: runs.size,
    waitingTasks: [...runs.values()].reduce((sum, { ready }) => sum + ready.size, 0),
  };
}

/** Nothing new begins while it holds: what never began waits, and is the next scheduler's when this one stops. */
function isHandled({ end }: EndedProcess, { isHolding }: Turn): boolean {
  return end !== "never_began" || !isHolding;
}

/** Ended because the scheduler stops. */
function asLost(ended: EndedProcess): EndedProcess {
  const { end } = ended;
  return end !== "never_began" && end.outcome === "failed" ? { ...ended, end: { ...end, isLost: true } } : ended;
}

function createTurn(parts: Pick<Turn, "world" | "memory" | "processes" | "isStopping" | "isHolding">): Turn {
  const now = parts.world.clock();
  const nowText = new Date(now).toISOString();
  const made = { events: [], starts: [], previousRuns: new Map(), createdRuns: 0, hasTouchedOthers: false };
  return { ...parts, now, nowText, ...made, wakeAt: Number.POSITIVE_INFINITY };
}

interface Happened {
  readonly ended: Processes["ended"];
  readonly build: NewBuild | undefined;
}

function decideInTransaction(turn: Turn, { ended, build }: Happened): void {
  const { store } = turn.world;
  const decide = () => {
    applyNotices(turn);
    if (build !== undefined) takeBuild(turn, build);
    for (const end of ended) applyEnd(turn, end);
    failBrokenRuns(turn);
    progress(turn);
  };
  store.transaction(decide).immediate();
}

function progress(turn: Turn): void {
  const becameReady: TaskStart[] = [];
  do {
    turn.hasTouchedOthers = false;
    if (!turn.isHolding) createDueRuns(turn);
    if (!turn.isHolding) startQueuedRuns(turn);
    for (const run of [...turn.memory.runs.values()]) {
      for (const taskId of progressRun(turn, run)) becameReady.push({ run, taskId });
    }
    failBrokenRuns(turn);
  } while (turn.hasTouchedOthers || (!turn.isHolding && turn.createdRuns < maxRunsPerTurn && hasMore(turn)));
  if (turn.createdRuns >= maxRunsPerTurn) wakeBy(turn, turn.now);
  if (!turn.isHolding) chooseStarts(turn);
  for (const { run, taskId } of becameReady) if (run.ready.has(taskId)) markScheduled(turn, run, taskId);
}

/** A run that ended may let others begin. */
function hasMore({ memory, now }: Turn): boolean {
  for (const { row, lookAt, isQueueTouched, queued, model } of memory.dags.values()) {
    if (row.isPaused || row.isStale || model === undefined) continue;
    if (lookAt <= now || (isQueueTouched && queued.size > 0)) return true;
  }
  return false;
}

/** A slot is free when its process is gone, not when its task got another state. */
function chooseStarts(turn: Turn): void {
  const { memory, processes, world } = turn;
  const running = [...processes.live.values(), ...turn.starts.map(runningTask)];
  const freeSlots = world.settings.parallelism - running.length;
  if (freeSlots <= 0) return;
  const active = [...memory.runs.values()].filter(({ row }) => memory.dags.get(row.dagId)?.row.isPaused !== true);
  const ready = active.flatMap((run) => [...run.ready.lists.values()]);
  if (ready.length === 0) return;
  tellMissingPools(turn, ready);
  for (const { run, taskId } of planStarts({ ready, running, freeSlots, pools: memory.pools })) {
    markRunning(turn, memory.runs.get(run)!, taskId);
  }
}

/** What commands changed. */
function applyNotices({ world, memory }: Turn): void {
  for (const notice of takeNotices(world.store)) {
    switch (notice.kind) {
      case "dag": {
        const row = findDag(world.store, notice.dagId);
        const known = memory.dags.get(notice.dagId);
        // Its runs may have been deleted.
        if (known !== undefined) known.last = null;
        if (row !== undefined) knowDag(world, memory, row);
        else memory.dags.delete(notice.dagId);
        break;
      }
      case "dag_run": {
        const row = findDagRunByNumber(world.store, notice.run);
        if (row === undefined) break;
        knowRun(world, memory, row);
        touchBlockedByPast(memory, memory.dags.get(row.dagId));
        break;
      }
      case "pool":
        memory.pools = loadPools(world);
        for (const pool of memory.pools.keys()) memory.missingPools.delete(pool);
        break;
      default:
        notice satisfies never;
    }
  }
}
