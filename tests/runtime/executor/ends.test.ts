// How the executor ends a try: timeout, cancellation, and its own death. Nothing of the process group is left.

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { terminationGraceMs } from "../../../runtime/contract.ts";
import { type StartedAttempt, startBash, startBuilt } from "../../support/attempt.ts";
import { buildProject, copyFixture, createFolder } from "../../support/built-project.ts";
import { groupOf, isAlive, waitUntil } from "../../support/processes.ts";

/** For a machine that is busy with other tests; what is waited for would else go on for minutes. */
const headroomMs = 20_000;

let build: string;
beforeAll(async () => {
  build = await buildProject(copyFixture("task-process"));
});

/** A grandchild beside the command, whose number is printed. */
const withGrandchild = (command: string) => `sleep 300 & echo "grandchild $!"; ${command}`;
const stubborn = `bash -c 'trap "" TERM; echo "grandchild $$"; sleep 300 & wait; sleep 300'`;

const pidIn = (attempt: StartedAttempt): number => Number(/grandchild (\d+)/.exec(attempt.log())![1]);

describe.concurrent("a timeout", () => {
  it("ends the whole process group, counts as a failure that may be repeated", async () => {
    const attempt = startBash(withGrandchild("sleep 300"), { executionTimeout: 1 });
    expect(await attempt.ended).toMatchObject({
      outcome: "failed",
      isRetryable: true,
      error: "the task was ended: timed out after 1 s",
    });
    await waitUntil(() => !isAlive(pidIn(attempt)), headroomMs);
  });

  it("of more than 24 days does not fire at once", async () => {
    const attempt = startBash("sleep 0.3; echo done", { executionTimeout: 30 * 86_400 });
    expect(await attempt.ended).toMatchObject({ outcome: "success", returnValue: "done" });
  });
});

describe.concurrent("cancelling", () => {
  it("ends a bash task and what it started", async () => {
    const attempt = startBash(withGrandchild("sleep 300"));
    await attempt.logged("grandchild");
    attempt.terminate("cancelled");
    expect(await attempt.ended).toMatchObject({ outcome: "failed", error: "the task was ended: cancelled" });
    await waitUntil(() => !isAlive(pidIn(attempt)), headroomMs);
    expect(attempt.exit()).toBe("143");
  });

  it("kills what ignores SIGTERM, after the grace", async () => {
    const attempt = startBash(`exec ${stubborn}`);
    await attempt.logged("grandchild");
    const start = Date.now();
    attempt.terminate("cancelled");
    attempt.terminate("a second time changes nothing");
    expect(await attempt.ended).toMatchObject({ error: "the task was ended: cancelled" });
    // That it ended at all says that it was killed: its sleep is longer than a test may take.
    expect(Date.now() - start).toBeGreaterThanOrEqual(terminationGraceMs - 100);
    await waitUntil(() => !isAlive(pidIn(attempt)), headroomMs);
  });

  it("kills a handler that blocks the event loop", async () => {
    const attempt = startBuilt({ build, dagId: "ends", taskId: "block" });
    await attempt.logged("ready");
    attempt.terminate("cancelled");
    expect(await attempt.ended).toMatchObject({ outcome: "failed", error: "the task was ended: cancelled" });
  });

  it("lets a handler write its result; the wrapper survives to write the exit", async () => {
    const attempt = startBuilt({ build, dagId: "ends", taskId: "wait_for_cancel" });
    await attempt.logged("ready");
    attempt.terminate("cancelled");
    await attempt.ended;
    expect(attempt.exit()).toBe("143");
    expect(JSON.parse(readFileSync(`${attempt.folder}/result.json`, "utf8"))).toMatchObject({ outcome: "failed" });
  });
});

describe.concurrent("a normal end takes along what the task left running", () => {
  it.concurrent.each([
    ["a bash task's background job", "left", () => startBash(withGrandchild("echo left"))],
    [
      "one that ignores SIGTERM",
      "left",
      () => startBash(`${stubborn} & until grep -q grandchild ../logs/*; do sleep 0.05; done; echo left`),
    ],
    ["a handler's child", "left", () => startBuilt({ build, dagId: "surroundings", taskId: "leave_child" })],
  ])("%s", async (_, returnValue, start) => {
    const attempt = start();
    expect(await attempt.ended).toMatchObject({ outcome: "success", returnValue });
    await waitUntil(() => !isAlive(pidIn(attempt)), headroomMs);
  });
});

describe.concurrent("when only the wrapper is killed, the task goes with it before it may be tried again", () => {
  it.concurrent.each([
    ["a bash task", () => startBash(withGrandchild("sleep 300"))],
    ["one that ignores SIGTERM", () => startBash(`exec ${stubborn}`)],
  ])("%s", async (_, start) => {
    const attempt = start();
    await attempt.logged("grandchild");
    process.kill(attempt.pid!, "SIGKILL");
    expect(await attempt.ended).toMatchObject({
      outcome: "failed",
      isRetryable: true,
      error: "the command ended with SIGKILL: by hand, or because the machine ran out of memory",
    });
    await waitUntil(() => !isAlive(pidIn(attempt)), headroomMs);
  });

  it("a handler that blocks the event loop", async () => {
    const attempt = startBuilt({ build, dagId: "ends", taskId: "block" });
    await attempt.logged("ready");
    process.kill(attempt.pid!, "SIGKILL");
    expect(await attempt.ended).toMatchObject({ outcome: "failed", isRetryable: true });
    await waitUntil(() => groupOf(attempt.pid!).length === 0, headroomMs);
  });
});

describe.concurrent("what a task left behind unreadable is its own failure", () => {
  it("a log that the command removed", async () => {
    const attempt = startBash("rm ../logs/*; echo done");
    const { outcome, isRetryable, error } = await attempt.ended;
    expect({ outcome, isRetryable }).toEqual({ outcome: "failed", isRetryable: true });
    expect(error).toMatch(/^the task's log cannot be read \(.*attempt=1\.log\): ENOENT/);
  });

  it.each([
    ["half a file", '{"outcome": "success", "ret'],
    ["null", "null"],
    ["half a result", '{"returnValue": 1}'],
  ])("a result that is damaged: %s", async (_, text) => {
    const attempt = startBuilt({ build, dagId: "ends", taskId: "block" });
    await attempt.logged("ready");
    writeFileSync(`${attempt.folder}/result.json`, text);
    for (const { pid, command } of groupOf(attempt.pid!)) if (!command.startsWith("sh ")) process.kill(pid, "SIGKILL");
    expect(await attempt.ended).toMatchObject({
      outcome: "failed",
      isRetryable: true,
      error: expect.stringMatching(
        new RegExp(
          `^the task's result cannot be read \\(.*result\\.json\\): ${text.length} characters that are no result`,
        ),
      ),
    });
  });
});

describe.concurrent("when the executor itself is killed, its tasks go with it", () => {
  it.concurrent.each([
    ["a bash task and what it started", withGrandchild("sleep 300")],
    ["what ignores SIGTERM", `exec ${stubborn}`],
    ["a command that goes while what it started ignores SIGTERM", `${stubborn} & sleep 300`],
  ])("%s", async (_, command) => {
    const { executor, printed } = startExecutor(command);
    await waitUntil(() => /grandchild \d+/.test(printed()), 20_000);
    executor.kill("SIGKILL");
    const pid = Number(/grandchild (\d+)/.exec(printed())![1]);
    await waitUntil(() => !isAlive(pid), terminationGraceMs + headroomMs);
  });
});

/** Tests run side by side: only the end of the file is sure to be after all of them. */
const executors: ChildProcess[] = [];
afterAll(() => {
  for (const executor of executors) executor.kill("SIGKILL");
});

function startExecutor(command: string) {
  const module = fileURLToPath(new URL("killed-executor.mjs", import.meta.url));
  const folder = createFolder();
  const executor = spawn(process.execPath, [module, folder, command], { stdio: ["ignore", "ignore", "inherit"] });
  executors.push(executor);
  const printed = () => {
    try {
      return readFileSync(`${folder}/log`, "utf8");
    } catch {
      return "";
    }
  };
  return { executor, printed };
}
