// How a task process goes when it must: SIGTERM, a caller that is gone, a reader that is gone.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { buildProject, copyFixture, createFolder } from "../../support/built-project.ts";
import { isAlive, waitUntil } from "../../support/processes.ts";
import {
  documentFor,
  handOver,
  readResult,
  runTaskProcess,
  startTaskProcess,
  type TaskProcess,
  taskMainOf,
} from "../../support/task-process.ts";

/** For a machine that is busy with other tests; what is waited for would else go on for minutes. */
const headroomMs = 20_000;

let build: string;
beforeAll(async () => {
  build = await buildProject(copyFixture("task-process"));
});

async function startReady(taskId: string, document: object = {}): Promise<TaskProcess> {
  const task = startTaskProcess({ build, dagId: "ends", taskId, document });
  await task.printed("ready");
  return task;
}

describe.concurrent("SIGTERM", () => {
  it.concurrent.each([
    ["wait_for_cancel", "heeds its signal", 0],
    ["cancel_then_succeed", "returns a value all the same", 0],
    ["ignore_cancel", "goes on", 3_000],
  ])("ends a handler that %s (%s)", async (taskId, _, leastMs) => {
    const { child, ended } = await startReady(taskId);
    const start = Date.now();
    child.kill("SIGTERM");
    const { exitCode, result } = await ended;
    expect(exitCode).toBe(143);
    expect(result).toMatchObject({ outcome: "failed", returnValue: null });
    expect(result!.error!.what).toBe("the task was cancelled (SIGTERM)");
    // That it ended at all says that it did so early: by themselves all of them go on for longer than a test may take.
    expect(Date.now() - start).toBeGreaterThanOrEqual(leastMs - 100);
  });
});

describe.concurrent("a caller that is gone takes the task with it", () => {
  it.concurrent.each([
    ["wait_for_cancel", "a handler that heeds its signal"],
    ["ignore_cancel", "one that goes on"],
    ["block", "one that blocks the event loop"],
  ])("%s (%s)", async (taskId) => {
    const caller = startCaller();
    const { child } = await startReady(taskId, { callerPid: caller.pid });
    caller.kill("SIGKILL");
    await waitUntil(() => !isAlive(child.pid!), 5_000 + headroomMs);
  });

  it("a caller that nobody buries is gone, too", async () => {
    // The shell becomes a sleep that never waits for its child: the killed caller stays a zombie.
    const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
    const [line] = (
      await new Promise<string>((resolve) => parent.stdout!.once("data", (data) => resolve(`${data}`)))
    ).split("\n");
    const { child } = await startReady("wait_for_cancel", { callerPid: Number(line) });
    process.kill(Number(line), "SIGKILL");
    await waitUntil(() => !isAlive(child.pid!), 5_000 + headroomMs);
    parent.kill("SIGKILL");
  });

  it("a caller that was gone before the task began", async () => {
    const caller = startCaller();
    caller.kill("SIGKILL");
    await new Promise((resolve) => caller.once("exit", resolve));
    const document = { callerPid: caller.pid! };
    const { exitCode, result, stdout } = await runTaskProcess({
      build,
      dagId: "ends",
      taskId: "ignore_cancel",
      document,
    });
    // The handler was not even called.
    expect({ exitCode, stdout }).toEqual({ exitCode: 143, stdout: "" });
    expect(result!.error!.what).toBe("the task was cancelled (its caller is gone)");
  });
});

it("a reader that is gone cancels the task", async () => {
  const { child, ended } = await startReady("print_on");
  child.stdout!.destroy();
  const { exitCode, result } = await ended;
  expect(exitCode).toBe(143);
  expect(result!.error!.what).toBe("the task was cancelled (whoever reads its output is gone)");
});

it("a full disk under the output cancels the task, and is called by its code", async () => {
  const folder = createFolder();
  const document = documentFor({ build, dagId: "ends", taskId: "print_on" }, folder);
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [taskMainOf(build)], {
    cwd: folder,
    env: { ...process.env, ...handOver(document, folder) },
    stdio: ["ignore", full, full],
  });
  closeSync(full);
  expect((await once(child, "exit"))[0]).toBe(143);
  expect(readResult(document.resultFile)!.error!.what).toBe(
    "the task was cancelled (the output cannot be written: ENOSPC)",
  );
});

function startCaller(): ChildProcess {
  return spawn("sleep", ["60"], { stdio: "ignore" });
}
