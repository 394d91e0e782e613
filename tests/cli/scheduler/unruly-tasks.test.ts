// Tasks that do not behave, under a real scheduler: it goes on, and its own promises hold.

import { readFileSync, statSync } from "node:fs";
import { expect, it } from "vitest";
import { logFile } from "../../../cli/state-folder.ts";
import { defaultLogCapBytes } from "../../../runtime/executor/cap-log.ts";
import { readXCom } from "../../../runtime/store/xcoms.ts";
import { createLedgerProject, type LedgerProject } from "../../support/ledger-project.ts";
import { isAlive, waitUntil } from "../../support/processes.ts";
import {
  endsEverything,
  livenessMs,
  processesOfProject,
  type RunningScheduler,
  runOf,
  startScheduler,
  taskIs,
} from "../../support/scheduler-process.ts";

/** Beyond what it needs at peace: a log of 300 MB that went through it would be far more. */
const mostMoreBytes = 64 * 1024 * 1024;

it("a task that ignores SIGTERM is dead some seconds after its run has timed out, and the run has failed", async () => {
  const { project, scheduler, stop } = await start("timed");
  const pid = Number(await project.untilFile("timed.pid"));
  await scheduler.until(runOf("timed", "failed"));
  await waitUntil(() => !isAlive(pid), livenessMs);
  expect(project.runsOf("timed")).toMatchObject([
    {
      state: "failed",
      tasks: {
        ignore_everything: { state: "skipped", error: "the dag run timed out" },
        after: { state: "skipped" },
      },
    },
  ]);
  await stop();
  expect(project.ledger()).toEqual([]);
});

it("what a task leaves in the background does not hold it up, and is gone", async () => {
  const { project, scheduler, stop } = await start("leaving");
  await scheduler.until(runOf("leaving", "success"));
  const pid = Number(await project.untilFile("left.pid"));
  await waitUntil(() => !isAlive(pid), livenessMs);
  expect(processesOfProject(project.root)).toHaveLength(1);
  await stop();
});

it("300 MB of output stay within the log's cap, with their end, and out of the scheduler's memory", async () => {
  const { project, scheduler, stop } = await start("loud");
  await scheduler.until(taskIs("print_300_megabytes", "running"));
  const before = residentBytes(scheduler.pid);
  await scheduler.until(runOf("loud", "success"));
  expect(residentBytes(scheduler.pid) - before).toBeLessThan(mostMoreBytes);
  const log = logOf(project, "loud", "print_300_megabytes");
  expect(statSync(log).size).toBeLessThanOrEqual(defaultLogCapBytes);
  expect(xcomOf(project, "loud", "print_300_megabytes")).toBe("the end");
  await stop();
});

it("bytes that are no UTF-8 stay in the log as they are, and reach the XCom readable", async () => {
  const { project, scheduler, stop } = await start("odd");
  await scheduler.until(runOf("odd", "success"));
  expect(
    readFileSync(logOf(project, "odd", "print_bytes")).includes(Buffer.from([0xe9, 0x20, 0xff, 0xfe, 0x20, 0x00])),
  ).toBe(true);
  expect(xcomOf(project, "odd", "print_bytes")).toContain("\\xe9 \\xff\\xfe");
  await stop();
});

it("a task that a signal ends has failed: it is tried again as often as it may be, and the signal is named", async () => {
  const { project, scheduler, stop } = await start("killed");
  await scheduler.until(runOf("killed", "failed"));
  const [run] = project.runsOf("killed");
  for (const name of ["kill", "segv", "term", "hup", "abrt"]) {
    const task = run!.tasks[`by_${name}`];
    expect(task).toMatchObject({ state: "failed", tryNumber: 2, maxTries: 1, losses: 0 });
    expect(task!.error).toContain(`SIG${name.toUpperCase()}`);
    expect(project.ledger().filter(({ kind, taskId }) => kind === "START" && taskId === `by_${name}`)).toHaveLength(2);
  }
  await stop();
});

async function start(dagId: string) {
  const project = await createLedgerProject("standalone");
  endsEverything(project.root);
  const scheduler = startScheduler(project.root, { environment: project.environment });
  await project.trigger(dagId);
  const stop = async () => {
    scheduler.signal("SIGTERM");
    expect((await scheduler.ended).exitCode).toBe(143);
    expect(processesOfProject(project.root)).toEqual([]);
  };
  return { project, scheduler, stop };
}

function residentBytes(pid: RunningScheduler["pid"]): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024;
}

function logOf({ root, runsOf }: LedgerProject, dagId: string, taskId: string): string {
  return logFile(root, { dagId, runId: runsOf(dagId)[0]!.facts.id, taskId, tryNumber: 1 });
}

function xcomOf({ read, runsOf }: LedgerProject, dagId: string, taskId: string): unknown {
  const run = runsOf(dagId)[0]!.id;
  return read((store) => readXCom(store, { run, taskId, key: "return_value" }));
}
