// A real scheduler in a process and a session of its own, as a service manager starts it: its lines are waited for, it is killed, another one
// comes. Whatever it started carries the project's cookie, and is gone when the test is over.

import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { mainModule } from "./command-line.ts";
import { commandOf, isAlive, waitUntil } from "./processes.ts";

/** Far more than anything here takes: a busy machine must not fail the tests. */
export const livenessMs = 60_000;

const cookieVariable = "DAGWRIGHT_TEST_PROJECT";

export interface SchedulerLine {
  readonly timestamp: string;
  /** The kind of an event, or `scheduler` for what it says of itself. */
  readonly event: string;
  readonly text?: string;
  readonly dagId?: string;
  readonly runId?: string;
  readonly taskId?: string;
  readonly state?: string;
  readonly tryNumber?: number;
  readonly error?: string | null;
  readonly processes?: number;
  readonly started?: number;
  /** When it was read here: `performance.now()`. */
  readonly seenAt: number;
}

export interface SchedulerEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface RunningScheduler {
  readonly pid: number;
  readonly startedAt: number;
  readonly lines: readonly SchedulerLine[];
  readonly ended: Promise<SchedulerEnd>;
  /** The first line like this, of those that came and those that will. @throws Error when it ends before, or takes too long. */
  until(isMeant: (line: SchedulerLine) => boolean): Promise<SchedulerLine>;
  /** Every line, those that came already first. */
  onLine(listener: (line: SchedulerLine) => void): void;
  signal(name: NodeJS.Signals): void;
}

export interface SchedulerStart {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Before node and its arguments: `strace …`. */
  readonly under?: readonly string[];
}

/** An event about a task instance. */
export const taskIs = (taskId: string, state: string, tryNumber?: number) => (line: SchedulerLine) =>
  line.taskId === taskId && line.state === state && (tryNumber === undefined || line.tryNumber === tryNumber);

export const runOf = (dagId: string, state: string) => (line: SchedulerLine) =>
  line.event === "dag_run" && line.dagId === dagId && line.state === state;

export const says = (text: string) => (line: SchedulerLine) => line.text?.includes(text) === true;

export const runs = (line: SchedulerLine) => line.text?.startsWith("the scheduler runs") === true;

export function startScheduler(root: string, start: SchedulerStart = {}): RunningScheduler {
  const { args = ["--build", "build"], environment = {}, under = [] } = start;
  const typed = [...under, process.execPath, mainModule, "scheduler", "--log-format", "json", ...args];
  const child = spawn(typed[0]!, typed.slice(1), {
    cwd: root,
    env: { ...process.env, ...environment, [cookieVariable]: root },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  return observe(child);
}

function observe(child: ChildProcess): RunningScheduler {
  const startedAt = performance.now();
  const lines: SchedulerLine[] = [];
  const listeners = new Set<(line: SchedulerLine) => void>();
  let stderr = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  createInterface({ input: child.stdout! }).on("line", (text) => {
    const line = parseLine(text);
    if (line === undefined) return;
    lines.push(line);
    for (const listener of listeners) listener(line);
  });
  const ended = new Promise<SchedulerEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve({ exitCode, signal, stderr }));
  });
  const onLine = (listener: (line: SchedulerLine) => void) => {
    listeners.add(listener);
    for (const line of lines) listener(line);
  };
  return {
    pid: child.pid!,
    startedAt,
    lines,
    ended,
    onLine,
    signal: (name) => void child.kill(name),
    until: (isMeant) =>
      new Promise((resolve, reject) => {
        const told = () => lines.map((line) => JSON.stringify(line)).join("\n");
        const timer = setTimeout(
          () => reject(new Error(`waited in vain: ${isMeant}\n${told()}\n${stderr}`)),
          livenessMs,
        );
        ended.then(() => reject(new Error(`it ended before: ${isMeant}\n${told()}\n${stderr}`)));
        onLine((line) => {
          if (!isMeant(line)) return;
          clearTimeout(timer);
          resolve(line);
        });
      }),
  };
}

/** A kill may cut the last line. */
function parseLine(text: string): SchedulerLine | undefined {
  try {
    return { ...(JSON.parse(text) as Omit<SchedulerLine, "seenAt">), seenAt: performance.now() };
  } catch {
    return undefined;
  }
}

/** All processes that a scheduler of this project started, itself too: by what they inherited. */
export function processesOfProject(root: string): { pid: number; command: string }[] {
  const cookie = `${cookieVariable}=${root}`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && readEnvironment(name).includes(cookie) && isAlive(Number(name)))
    .map((name) => ({ pid: Number(name), command: commandOf(Number(name)) }));
}

/** `NAME=value`, each. */
export function readEnvironment(pid: string | number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** What a test that fails leaves is killed; one that passes must have left nothing. */
export function endsEverything(root: string): void {
  onTestFinished(async ({ task }) => {
    const left = processesOfProject(root);
    for (const { pid } of left) killNow(pid);
    await waitUntil(() => processesOfProject(root).length === 0, livenessMs);
    if (task.result?.state === "pass" && left.length > 0) throw new Error(`left running: ${JSON.stringify(left)}`);
  });
}

/** False when it is gone already. */
export function killNow(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
