// `dags test` that is ended from outside: Ctrl-C ends its tasks and says so; even kill -9 leaves no task behind.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findDagRun } from "../../runtime/store/dag-runs.ts";
import { openStore } from "../../runtime/store/open-store.ts";
import { readTaskInstances } from "../../runtime/store/task-instances.ts";
import { copyFixture } from "../support/built-project.ts";
import { mainModule } from "../support/command-line.ts";
import { processesIn, waitUntil } from "../support/processes.ts";
import { dagsTest, dagwright } from "../support/standalone.ts";

/** Far more than anything here takes: a busy machine must not fail the tests. */
const limitMs = 40_000;

interface Started {
  readonly root: string;
  readonly cli: ChildProcess;
  readonly printed: { stdout: string; stderr: string };
}

/** `dags test` in a process group of its own, as a terminal starts it; waits until all of these are printed. */
async function start(dagId: string, ...awaited: readonly string[]): Promise<Started> {
  const root = copyFixture("dags-test");
  const cli = spawn(process.execPath, [mainModule, "dags", "test", dagId], { cwd: root, detached: true });
  const printed = { stdout: "", stderr: "" };
  cli.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed.stdout += text;
  });
  cli.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed.stderr += text;
  });
  const started = { root, cli, printed };
  for (const text of awaited) await untilPrinted(started, text);
  return started;
}

/** Two wrappers with what waits for their starter, node, bash and its two sleeps: all of them at work. */
async function startSlow(): Promise<Started> {
  const started = await start("slow");
  const isAtWork = (pattern: RegExp, count: number) =>
    tasksIn(started.root).filter(({ command }) => pattern.test(command)).length >= count;
  await waitUntil(() => isAtWork(/^sleep/, 2) && isAtWork(/^\S*node .*task-main/, 1), limitMs);
  return started;
}

function untilPrinted({ printed }: Started, text: string): Promise<number> {
  return waitUntil(() => printed.stdout.includes(text), limitMs);
}

function interrupt({ cli }: Started, signal: NodeJS.Signals = "SIGINT"): void {
  process.kill(-cli.pid!, signal);
}

/** Tasks run in folders of their own, below the project. */
function tasksIn(root: string) {
  return processesIn(join(root, ".dagwright"));
}

function readStates(root: string, dagId: string) {
  const store = openStore(join(root, ".dagwright", "dagwright.db"));
  try {
    const run = findDagRun(store, dagId)!;
    const tasks = readTaskInstances(store, run.id).map(({ taskId, state }) => [taskId, state]);
    return { run: run.state, ...Object.fromEntries(tasks) };
  } finally {
    store.close();
  }
}

async function exitOf(cli: ChildProcess): Promise<number | null> {
  const [code] = (await once(cli, "close")) as [number | null];
  return code;
}

describe.concurrent("Ctrl-C", () => {
  it("ends the tasks, marks them and the run failed, and exits with 130", async () => {
    const started = await startSlow();
    const { root, cli, printed } = started;
    interrupt(started);
    expect(await exitOf(cli)).toBe(130);
    expect(tasksIn(root)).toEqual([]);
    const states = { slow_handler: "failed", slow_command: "failed", afterwards: "skipped" };
    expect(readStates(root, "slow")).toEqual({ run: "failed", ...states });
    expect(printed.stdout).toContain("Interrupted: the tasks are ended");
    expect(printed.stdout).toMatch(/slow failed, interrupted\n$/);
    expect(printed.stderr).toContain("slow_command failed at try 1: the task was ended: the run was interrupted");
  });

  it("skips what waits for another try, and runs the teardowns", async () => {
    const started = await start("torn", "retry_later  up_for_retry", "work  running");
    const { root, cli, printed } = started;
    expect(existsSync(join(root, "held"))).toBe(true);
    expect(printed.stdout).toMatch(
      /retry_later {2}up_for_retry in .* s: next try in 60 min: the command ended with exit code 3/,
    );
    interrupt(started);
    expect(await exitOf(cli)).toBe(130);
    expect(readStates(root, "torn")).toEqual({
      run: "failed",
      hold: "success",
      work: "failed",
      retry_later: "skipped",
      never: "skipped",
      release: "success",
    });
    expect(existsSync(join(root, "held"))).toBe(false);
  });

  it("twice kills the teardown, too, and says what was not torn down", async () => {
    const started = await start("torn_slowly", "give_back  running");
    const { root, cli, printed } = started;
    interrupt(started);
    await untilPrinted(started, "Interrupted: ");
    expect(readStates(root, "torn_slowly")).toMatchObject({ run: "running", give_back: "running" });
    interrupt(started);
    expect(await exitOf(cli)).toBe(130);
    expect(tasksIn(root)).toEqual([]);
    expect(readStates(root, "torn_slowly")).toMatchObject({ run: "failed", take: "success", give_back: "failed" });
    expect(readdirSync(join(root, ".dagwright", "attempts"))).toEqual([]);
    expect(printed.stderr).toContain("give_back did not end well: what take set up may still be there");
  });

  it("three times ends at once, and the tasks go all the same", async () => {
    const started = await startSlow();
    const { root, cli } = started;
    const exit = exitOf(cli);
    while (cli.exitCode === null && cli.signalCode === null) {
      interrupt(started);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([130, null]).toContain(await exit);
    await waitUntil(() => tasksIn(root).length === 0, limitMs);
  });
});

describe.concurrent("SIGHUP", () => {
  it("runs the teardowns, however often a closing terminal sends it", async () => {
    const started = await start("torn", "retry_later  up_for_retry", "work  running");
    for (let count = 0; count < 3; count++) started.cli.kill("SIGHUP");
    expect(await exitOf(started.cli)).toBe(129);
    expect(readStates(started.root, "torn")).toMatchObject({ run: "failed", work: "failed", release: "success" });
  });
});

describe.concurrent("SIGTERM", () => {
  it("does the same, and exits with 143", async () => {
    const started = await start("torn", "retry_later  up_for_retry", "work  running");
    started.cli.kill("SIGTERM");
    expect(await exitOf(started.cli)).toBe(143);
    expect(readStates(started.root, "torn")).toMatchObject({ run: "failed", work: "failed", release: "success" });
  });
});

describe.concurrent("kill -9", () => {
  it("leaves no task behind, hinders no other run, and the next command that looks calls it failed", async () => {
    const { root, cli } = await startSlow();
    cli.kill("SIGKILL");
    await exitOf(cli);
    await waitUntil(() => tasksIn(root).length === 0, limitMs);
    expect(readStates(root, "slow")).toMatchObject({ run: "running", slow_command: "running" });
    const listed = await dagwright(["dags", "list-runs", "slow", "-o", "json"], { cwd: root });
    expect(JSON.parse(listed.stdout)).toMatchObject([{ state: "failed", is_test: true }]);
    expect(readStates(root, "slow")).toMatchObject({ run: "failed", slow_command: "failed" });
    expect(await dagsTest("report", [], { cwd: root })).toMatchObject({ runState: "success" });
    const removed = await dagwright(["dags", "delete", "slow", "--yes"], { cwd: root });
    expect({ ...removed, stderr: "" }).toMatchObject({ exitCode: 0 });
  });

  it("of one does not end another that goes on", async () => {
    const { root, cli } = await startSlow();
    expect(await dagsTest("report", [], { cwd: root })).toMatchObject({ runState: "success" });
    expect(readStates(root, "slow")).toMatchObject({ run: "running" });
    cli.kill("SIGKILL");
    await exitOf(cli);
  });
});
