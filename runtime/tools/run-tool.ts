// Runs a program of others (pg_restore, mongorestore) that reads its standard input: in a process group of its own, of which nothing is left
// when this returns or throws. Killed with -9, this process leaves a tool whose input ends: half an archive, which both tools refuse; and a guard
// ends a server's client also while it waits for that server and reads nothing.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { KnownError } from "../errors.ts";
import { killGroup } from "../executor/kill-group.ts";
import { hasGroup } from "./process-group.ts";
import { guardGroup } from "./tool-guard.ts";
import { createLines } from "./tool-lines.ts";

export interface ToolRun {
  /** Its name, for messages. */
  readonly tool: string;
  readonly path: string;
  /** Other users of the machine can read these: no secrets. */
  readonly args: readonly string[];
  /** Beside the few that every program needs: the connections that the task was given are not handed on. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * What it reads. When the tool ends before it, the rest stays unread: the caller, who owns it, reads on or aborts it. When it throws, the tool is
   * killed before it could take the end of its input for the end of the archive, and that error is thrown.
   */
  readonly input: AsyncIterable<Uint8Array> | null;
  /** Every line of both of its outputs, without the line end and without control characters; long ones are cut. */
  readonly onLine: (line: string) => void;
  /**
   * It waits for a server: were this process killed with -9, it could go on for hours before it noticed the end of its input. False: it ends with its
   * input, or by itself.
   */
  readonly isClient: boolean;
  /** Kills the tool; then its reason is thrown. */
  readonly signal: AbortSignal;
}

export interface ToolEnd {
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
}

/** Between SIGTERM, on which pg_restore cancels its statement, and SIGKILL: less than a cancelled task's own grace. */
const killAfterMs = 1_000;
/** A killed process is gone within moments; one that waits for a dead disk cannot be waited for. */
const groupGoneLimitMs = 2_000;
const groupLookMs = 10;

/** How the tool ended, whatever its code. @throws KnownError when it cannot be started; the input's error; the signal's reason. */
export async function runTool(run: ToolRun): Promise<ToolEnd> {
  run.signal.throwIfAborted();
  const child = spawn(run.path, run.args, {
    detached: true,
    env: { ...baseEnvironment(process.env), ...run.env },
    stdio: [run.input ? "pipe" : "ignore", "pipe", "pipe"],
  });
  const guard = run.isClient && child.pid !== undefined ? guardGroup(child.pid) : undefined;
  const ended = watchEnd(child);
  const listening = [child.stdout!, child.stderr!].map((output) => readLines(output, run.onLine));
  const stop = () => killSlowly(child, ended);
  run.signal.addEventListener("abort", stop, { once: true });
  try {
    await started(child, run);
    if (run.input) await feed(child.stdin!, run.input);
    return await ended;
  } catch (error) {
    await stop();
    throw error;
  } finally {
    run.signal.removeEventListener("abort", stop);
    if (child.pid !== undefined) {
      await ended;
      await Promise.all([...listening, guard?.dismiss()]);
      await groupGone(child.pid);
    }
    run.signal.throwIfAborted();
  }
}

/** Settles when the leader has ended; whatever else is in its group ends with it. Never rejects. */
function watchEnd(child: ChildProcess): Promise<ToolEnd> {
  child.on("error", () => {});
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      killGroup(child.pid!);
      // Its end of the pipe is closed; ours would notice at the next write only.
      child.stdin?.destroy();
      resolve({ code, killedBy: signal });
    });
  });
}

async function started(child: ChildProcess, { tool, path }: ToolRun): Promise<void> {
  try {
    await once(child, "spawn");
  } catch (error) {
    const found = (error as NodeJS.ErrnoException).message;
    const remedy = "See that the file is there, is for this machine and may be executed";
    throw new KnownError({ what: `${tool} cannot be started`, where: path, found, remedy }, { cause: error });
  }
}

/** Writes as fast as the tool reads. A tool that ended or closed its input is no error: its exit code says what happened. */
async function feed(stdin: Writable, input: AsyncIterable<Uint8Array>): Promise<void> {
  const untilClosed = watchClose(stdin);
  const iterator = input[Symbol.asyncIterator]();
  for (;;) {
    const next = await untilClosed(iterator.next());
    if (next === "closed") return;
    if (next.done) break;
    if (stdin.write(next.value)) continue;
    if ((await untilClosed(new Promise((resolve) => stdin.once("drain", resolve)))) === "closed") return;
  }
  stdin.end();
}

/** Waits for a promise, or for the end of the stream. Not by Promise.race with one long promise: that would keep every chunk. */
function watchClose(stdin: Writable): <T>(work: Promise<T>) => Promise<T | "closed"> {
  let isClosed = stdin.closed;
  let wake = () => {};
  stdin.on("error", () => stdin.destroy());
  stdin.once("close", () => {
    isClosed = true;
    wake();
  });
  return (work) =>
    new Promise((resolve, reject) => {
      wake = () => resolve("closed");
      work.then(resolve, reject);
      if (isClosed) wake();
    });
}

async function readLines(output: Readable, onLine: (line: string) => void): Promise<void> {
  const lines = createLines(onLine);
  output.on("data", (chunk: Buffer) => lines.write(chunk));
  await new Promise<void>((resolve) => output.once("close", resolve));
  lines.end();
}

async function killSlowly(child: ChildProcess, ended: Promise<ToolEnd>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  killGroup(child.pid, "SIGTERM");
  const waited = new AbortController();
  const limit = setTimeout(killAfterMs, "late" as const, { signal: waited.signal }).catch(() => undefined);
  if ((await Promise.race([ended, limit])) === "late") killGroup(child.pid);
  waited.abort();
  await ended;
}

/** Killed members are still there for moments. */
async function groupGone(pid: number): Promise<void> {
  const until = performance.now() + groupGoneLimitMs;
  while (hasGroup(pid) && performance.now() < until) {
    killGroup(pid);
    await setTimeout(groupLookMs);
  }
}

/** What a program needs of its surroundings to run at all. Messages in English, whatever the machine speaks: they are read by us. */
function baseEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = [
    "PATH",
    "HOME",
    "TMPDIR",
    "TZ",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
  ];
  const kept = names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
  return { ...Object.fromEntries(kept), LC_ALL: "C" };
}
