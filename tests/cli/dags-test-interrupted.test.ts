// `dags test` that is ended from outside: Ctrl-C ends its tasks and says so; even kill -9 leaves no task behind.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { terminationGraceMs } from "../../runtime/contract.ts";
import { findDagRun } from "../../runtime/store/dag-runs.ts";
import { openStore } from "../../runtime/store/open-store.ts";
import { readTaskInstances } from "../../runtime/store/task-instances.ts";
import { copyFixture } from "../support/built-project.ts";
import { mainModule } from "../support/command-line.ts";
import { processesIn, waitUntil } from "../support/processes.ts";
import { dagsTest } from "../support/standalone.ts";

/** For a machine that is busy with other tests. */
const headroomMs = 2_500;

async function startSlow() {
  const root = copyFixture("dags-test");
  const cli = spawn(process.execPath, [mainModule, "dags", "test", "slow"], { cwd: root, detached: true });
  const printed = { stdout: "", stderr: "" };
  cli.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed.stdout += text;
  });
  cli.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed.stderr += text;
  });
  // Two wrappers with what waits for their starter, node, bash and its two sleeps.
  await waitUntil(() => tasksIn(root).filter(({ command }) => /^sleep|task-main/.test(command)).length >= 3, 30_000);
  return { root, cli, printed };
}

/** Tasks run in folders of their own, below the project. */
function tasksIn(root: string) {
  return processesIn(join(root, ".dagwright"));
}

function readStates(root: string) {
  const store = openStore(join(root, ".dagwright", "dagwright.db"));
  try {
    const run = findDagRun(store, "slow")!;
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
    const { root, cli, printed } = await startSlow();
    process.kill(-cli.pid!, "SIGINT");
    expect(await exitOf(cli)).toBe(130);
    expect(tasksIn(root)).toEqual([]);
    expect(readStates(root)).toEqual({
      run: "failed",
      slow_handler: "failed",
      slow_command: "failed",
      afterwards: "none",
    });
    expect(printed.stdout).toMatch(/slow failed\n$/);
    expect(printed.stderr).toContain("slow_command failed at try 1: the task was ended: cancelled");
  });

  it("twice ends at once; the tasks go all the same", async () => {
    const { root, cli } = await startSlow();
    process.kill(-cli.pid!, "SIGINT");
    process.kill(-cli.pid!, "SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (cli.exitCode === null) process.kill(-cli.pid!, "SIGINT");
    expect([130, null]).toContain(cli.exitCode ?? (await exitOf(cli)));
    await waitUntil(() => tasksIn(root).length === 0, terminationGraceMs + headroomMs);
  });
});

describe.concurrent("kill -9", () => {
  it("leaves no task behind, and does not hinder the next run", async () => {
    const { root, cli } = await startSlow();
    cli.kill("SIGKILL");
    await exitOf(cli);
    await waitUntil(() => tasksIn(root).length === 0, terminationGraceMs + headroomMs);
    expect(readStates(root)).toMatchObject({ run: "running", slow_command: "running" });
    expect(await dagsTest("report", [], { cwd: root })).toMatchObject({ runState: "success" });
  });
});
