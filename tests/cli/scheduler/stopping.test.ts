// How a scheduler ends when it is asked to: its tasks may tidy up, none outlives it, and no try of theirs is used up.

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { attemptVariable } from "../../../runtime/executor/sweep-attempts.ts";
import { readJobs } from "../../../runtime/store/jobs.ts";
import { mainModule } from "../../support/command-line.ts";
import { createLedgerProject } from "../../support/ledger-project.ts";
import { parentOf, waitUntil } from "../../support/processes.ts";
import {
  endsEverything,
  killNow,
  livenessMs,
  processesOfProject,
  readEnvironment,
  runOf,
  says,
  startScheduler,
  taskIs,
} from "../../support/scheduler-process.ts";
import { hasScript } from "../../support/terminal.ts";

it("SIGTERM ends the tasks in good order, and the next scheduler tries them again", async () => {
  const { root, environment, trigger, untilFile, runsOf } = await createLedgerProject("standalone");
  endsEverything(root);
  const first = startScheduler(root, { environment });
  await trigger("tidying");
  await untilFile("tidying.pid");
  first.signal("SIGTERM");
  expect((await first.ended).exitCode).toBe(143);
  expect(processesOfProject(root)).toEqual([]);
  expect(await untilFile("tidied")).toBe("tidied\n");
  const error = "the task was ended: the scheduler was stopped";
  expect(runsOf("tidying")).toMatchObject([
    {
      state: "running",
      tasks: { tidy_up: { state: "scheduled", tryNumber: 1, error } },
    },
  ]);
  const second = startScheduler(root, { environment });
  await second.until(taskIs("tidy_up", "running", 2));
  second.signal("SIGTERM");
  await second.ended;
});

it("tasks that a scheduler ended as it stopped keep all their tries, and all the losses that they may have", async () => {
  const { root, environment, trigger, file, runsOf } = await createLedgerProject("standalone");
  endsEverything(root);
  const stops = 5;
  const losses = 3;
  for (let round = 1; round <= stops; round++) {
    const scheduler = startScheduler(root, { environment });
    if (round === 1) await trigger("waiting");
    await scheduler.until(taskIs("wait", "running", round));
    scheduler.signal("SIGTERM");
    expect((await scheduler.ended).exitCode).toBe(143);
  }
  const last = startScheduler(root, { environment });
  for (let loss = 1; loss <= losses; loss++) {
    await last.until(taskIs("wait", "running", stops + loss));
    await waitUntil(() => findWrapper(root) !== undefined, livenessMs);
    killNow(findWrapper(root)!);
    await last.until(taskIs("wait", "up_for_retry", stops + loss));
  }
  writeFileSync(file("waiting.go"), "");
  await last.until(runOf("waiting", "success"));
  last.signal("SIGTERM");
  await last.ended;
  expect(runsOf("waiting")).toMatchObject([{ tasks: { wait: { state: "success", tryNumber: stops + losses + 1 } } }]);
  // Six schedulers, one after the other, on a busy machine.
}, 180_000);

it("a task that ignores SIGTERM is killed after its grace", async () => {
  const { root, environment, trigger, untilFile } = await createLedgerProject("standalone");
  endsEverything(root);
  const scheduler = startScheduler(root, { environment });
  await trigger("deaf");
  await untilFile("deaf.pid");
  scheduler.signal("SIGTERM");
  expect((await scheduler.ended).exitCode).toBe(143);
  expect(processesOfProject(root)).toEqual([]);
});

it("a second SIGTERM kills at once what ignores the first", async () => {
  const { root, environment, trigger, untilFile, runsOf } = await createLedgerProject("standalone");
  endsEverything(root);
  const scheduler = startScheduler(root, { environment });
  await trigger("deaf");
  await untilFile("deaf.pid");
  scheduler.signal("SIGTERM");
  await scheduler.until(says("the scheduler stops, and ends 1 task"));
  scheduler.signal("SIGTERM");
  expect((await scheduler.ended).exitCode).toBe(143);
  expect(scheduler.lines.at(-1)).toMatchObject({ text: "the scheduler has ended" });
  expect(processesOfProject(root)).toEqual([]);
  expect(runsOf("deaf")).toMatchObject([
    { tasks: { ignore_everything: { state: "scheduled", tryNumber: 1, losses: 0 } } },
  ]);
});

it("SIGTERM while the scheduler takes over what another one left ends that, too", async () => {
  const { root, environment, trigger, untilFile } = await createLedgerProject("standalone");
  endsEverything(root);
  const first = startScheduler(root, { environment });
  await trigger("deaf");
  await untilFile("deaf.pid");
  first.signal("SIGKILL");
  await first.ended;
  const second = startScheduler(root, { environment });
  await second.until(({ event }) => event === "adopted");
  second.signal("SIGTERM");
  expect((await second.ended).exitCode).toBe(143);
  expect(processesOfProject(root)).toEqual([]);
});

it.skipIf(!hasScript)("a terminal that is closed ends it in good order (needs util-linux's script)", async () => {
  const { root, environment, trigger, untilFile, read } = await createLedgerProject("standalone");
  endsEverything(root);
  const command = `${process.execPath} ${mainModule} scheduler --build build`;
  const terminal = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: root,
    env: { ...process.env, ...environment, DAGWRIGHT_TEST_PROJECT: root },
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  await trigger("tidying");
  await untilFile("tidying.pid");
  killNow(terminal.pid!);
  expect(await untilFile("tidied")).toBe("tidied\n");
  await waitUntil(() => processesOfProject(root).length === 0, livenessMs);
  expect(read((store) => readJobs(store, 1))).toMatchObject([{ endDate: expect.any(String) }]);
});

/** The leader of a try's processes. */
function findWrapper(root: string): number | undefined {
  const ofTries = processesOfProject(root).filter(({ pid }) =>
    readEnvironment(pid).some((entry) => entry.startsWith(`${attemptVariable}=`)),
  );
  const pids = new Set(ofTries.map(({ pid }) => pid));
  return ofTries.find(({ pid }) => !pids.has(parentOf(pid)))?.pid;
}
