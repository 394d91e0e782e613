// A machine that runs task processes in simulated time. It outlives the schedulers: what one of them started runs on when it dies.

import { type AttemptEnd, failedAttempt, lostAttempt } from "../../runtime/executor/attempt.ts";
import type { Spawner, SpawnRequest } from "../../runtime/scheduler/world.ts";
import type { Random } from "../support/random.ts";
import type { Boundaries } from "./boundaries.ts";

export interface MachineProcess {
  readonly request: SpawnRequest;
  readonly startedAt: number;
  endsAt: number;
  end: AttemptEnd;
  isAlive: boolean;
  /** Of the scheduler that watches it. */
  tell: ((end: AttemptEnd) => void) | undefined;
}

export interface Machine {
  /** All that ever began, in the order of their starts. */
  readonly processes: readonly MachineProcess[];
  readonly spawner: Spawner;
  nextEnd(): number;
  /** Ends what has come to its end by now, and tells the scheduler that watches. */
  endDue(now: number): void;
  /** The scheduler died: nobody watches any more. */
  forgetWatchers(): void;
  /** The process and what watched over it are killed: nobody will know how it ended. */
  lose(process: MachineProcess, now: number): void;
}

/** How a try goes. */
export type Script = (request: SpawnRequest) => { readonly durationMs: number; readonly end: AttemptEnd };

export interface MachineOptions {
  readonly random: Random;
  readonly clock: () => number;
  readonly boundaries: Boundaries;
  /** Default: by chance. */
  readonly script?: Script;
  /** Judges each start before it happens. */
  readonly onStart: (request: SpawnRequest, alive: readonly MachineProcess[]) => void;
}

/** Of a process that is told to end: far more than the grace, so that much happens meanwhile. */
const slowestEndMs = 60_000;

export const success: AttemptEnd = { ...failedAttempt("", false), outcome: "success", error: null };

export function createMachine({ random, clock, boundaries, onStart, script }: MachineOptions): Machine {
  const play = script ?? ((request) => ({ durationMs: durationOf(random), end: endOf(random, request) }));
  const processes: MachineProcess[] = [];
  /** Folders that a process or an adopter has claimed. */
  const claims = new Map<string, MachineProcess | undefined>();
  const alive = () => processes.filter((process) => process.isAlive);
  const begin = (request: SpawnRequest, tell: MachineProcess["tell"]): MachineProcess => {
    onStart(request, alive());
    const startedAt = clock();
    const { durationMs, end } = play(request);
    const process = {
      request,
      startedAt,
      endsAt: startedAt + durationMs,
      end,
      isAlive: true,
      tell,
    };
    processes.push(process);
    claims.set(folderOf(request), process);
    return process;
  };
  const handleOf = (process: MachineProcess) => ({
    terminate: (reason: string) => hasten(process, clock() + random.integer(slowestEndMs), reason),
    kill: (reason: string) => hasten(process, clock(), reason),
  });
  return {
    processes,
    nextEnd: () => Math.min(...processes.filter(isUntold).map(({ endsAt }) => endsAt)),
    endDue: (now) => {
      for (const process of processes.filter(isUntold)) {
        if (process.endsAt > now) continue;
        process.isAlive = false;
        const { tell } = process;
        process.tell = undefined;
        tell?.(process.end);
      }
    },
    forgetWatchers: () => {
      for (const process of processes) process.tell = undefined;
    },
    lose: (process, now) => hasten(process, now, "lost", lostAttempt("killed")),
    spawner: {
      start: (request, onEnd) => {
        boundaries.pass("before spawn");
        const process = begin(request, undefined);
        boundaries.pass("after spawn");
        process.tell = onEnd;
        return handleOf(process);
      },
      adopt: async (request, onEnd) => {
        boundaries.pass("before adoption");
        const folder = folderOf(request);
        const isNew = !claims.has(folder);
        if (isNew) claims.set(folder, undefined);
        boundaries.pass("after adoption");
        const process = claims.get(folder);
        if (process === undefined) return "not_started";
        process.tell = onEnd;
        return handleOf(process);
      },
      forget: () => {},
      endStrays: async () => {
        for (const process of processes) if (process.tell === undefined) process.isAlive = false;
      },
    },
  };
}

/** Alive, or ended with a scheduler that has not been told. */
function isUntold(process: MachineProcess): boolean {
  return process.isAlive || process.tell !== undefined;
}

function hasten(
  process: MachineProcess,
  at: number,
  reason: string,
  end = failedAttempt(`ended: ${reason}`, true),
): void {
  if (!process.isAlive) return;
  process.endsAt = Math.min(process.endsAt, at);
  process.end = end;
}

function folderOf({ run, task, tryNumber, starts }: SpawnRequest): string {
  return `${run.id}/${task.id}.${tryNumber}.${starts}`;
}

function durationOf(random: Random): number {
  return random.chance(0.2) ? random.integer(5) : random.integer(60_000);
}

function endOf(random: Random, { task }: SpawnRequest): AttemptEnd {
  const chance = random.fraction();
  if (chance < 0.68) return { ...success, returnValue: task.id };
  if (chance < 0.74) return { ...success, goesOn: false };
  if (chance < 0.8) return { ...failedAttempt("skipped", false), outcome: "skipped" };
  if (chance < 0.96) return failedAttempt("failed", true);
  return failedAttempt("failed for good", false);
}
