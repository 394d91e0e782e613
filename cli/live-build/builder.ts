// The scheduler's side of the process that builds: started when there is something to build, kept while more may follow, ended when nothing
// did. It may die at any moment.

import { type ChildProcess, fork } from "node:child_process";
import { compiledModule } from "../../generator/load/compiled.ts";
import type { Trouble } from "../../runtime/errors.ts";
import type { BuildReport, BuildRequest } from "./build-report.ts";

export interface Builder {
  /** Something has changed: it starts while the change comes to its end. */
  warm(): void;
  /** One at a time. Never rejects. */
  build(): Promise<BuildReport>;
  /** Resolves when it is gone; what it had started was killed. */
  stop(): Promise<void>;
}

export interface BuilderLimits {
  readonly idleMs?: number;
  readonly buildMs?: number;
}

/** It is 100 MB that nobody uses, and half a second to start; one person saves every few minutes. */
const defaultIdleMs = 300_000;
/** Thousands of files take some seconds, and each may take ten that does not come to an end. */
const defaultBuildMs = 600_000;
/** When it dies: once by chance, twice by chance; then it is the build. */
const mostTries = 3;
/** It cleans up behind it. */
const graceMs = 3_000;

export function createBuilder(
  request: BuildRequest,
  { idleMs = defaultIdleMs, buildMs = defaultBuildMs }: BuilderLimits = {},
): Builder {
  let current: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;
  let isStopped = false;
  const start = () => {
    clearTimeout(idle);
    if (current?.connected) return current;
    const child = startChild();
    current = child;
    child.once("exit", () => {
      killGroup(child);
      if (current === child) current = undefined;
    });
    return child;
  };
  const rest = () => {
    clearTimeout(idle);
    if (isStopped) return;
    idle = setTimeout(() => void endChild(current), idleMs);
  };
  return {
    warm: () => void start(),
    build: async () => {
      let end = "";
      for (let tries = 0; tries < mostTries && !isStopped; tries++) {
        const answer = await ask(start(), request, buildMs);
        rest();
        if (typeof answer !== "string") return answer;
        end = answer;
        if (end === tooLong) break;
      }
      return { kind: "failed", trouble: diedTrouble(end, end === tooLong ? 1 : mostTries), dependsOn: [] };
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(idle);
      await endChild(current);
    },
  };
}

/** In a group of its own: Ctrl-C in the terminal does not reach it, and what it started can be ended with it. */
function startChild(): ChildProcess {
  return fork(compiledModule("cli/live-build/builder-child.js"), {
    // What DAG files print while they are evaluated.
    stdio: ["ignore", 2, 2, "ipc"],
    execArgv: [],
    detached: true,
  });
}

const tooLong = "it took too long";

/** Resolves to its report, or to how it ended instead. */
function ask(child: ChildProcess, request: BuildRequest, limitMs: number): Promise<BuildReport | string> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => {
      settle(tooLong);
      killGroup(child);
    }, limitMs);
    const settle = (answer: BuildReport | string) => {
      clearTimeout(limit);
      child.off("message", settle as never);
      child.off("exit", ended);
      child.off("error", failed);
      resolve(answer);
    };
    const ended = (code: number | null, signal: NodeJS.Signals | null) =>
      settle(signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`);
    const failed = (error: Error) => settle(error.message);
    child.once("message", settle as never);
    child.once("exit", ended);
    child.on("error", failed);
    // A failure to send is told by its end.
    child.send(request, () => {});
  });
}

function diedTrouble(end: string, tries: number): Trouble {
  return {
    what: "the process that builds the DAGs came to no end of its own",
    found: tries === 1 ? end : `${end}, ${tries} times`,
    remedy: "See that the machine has memory to spare; the next change of a file is built again",
  };
}

/** First asked, by closing its channel. */
function endChild(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const limit = setTimeout(() => killGroup(child), graceMs);
    child.once("exit", () => {
      clearTimeout(limit);
      resolve();
    });
    if (child.connected) child.disconnect();
  });
}

/** With what it evaluates: DAG files in an endless loop do not notice that their parent has gone. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing of it is left, or the system knows no groups.
    child.kill("SIGKILL");
  }
}
