// A disk that is full: what runs is not harmed, its end is not lost, nothing new begins; and all of it goes on by itself when there is room.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createLedgerProject, type LedgerProject } from "../../support/ledger-project.ts";
import {
  endsEverything,
  processesOfProject,
  type RunningScheduler,
  runOf,
  says,
  startScheduler,
  taskIs,
} from "../../support/scheduler-process.ts";
import { hasSmallDisks, mountSmallDisk } from "../../support/small-disk.ts";

const full = says("the disk is full");
const roomAgain = says("there is room on the disk again");

it.skipIf(!hasSmallDisks)(
  "a task that runs as the disk fills up ends as it should, and what follows it waits for room",
  async () => {
    const { project, disk, scheduler } = await start();
    disk.fill();
    const known = scheduler.lines.length;
    writeFileSync(project.file("waiting.go"), "");
    await scheduler.until(taskIs("wait", "success"));
    await scheduler.until(full);
    disk.free();
    await scheduler.until(runOf("waiting", "success"));
    const meanwhile = scheduler.lines.slice(known, scheduler.lines.findIndex(roomAgain));
    expect(meanwhile.filter(({ state }) => state === "running")).toEqual([]);
    await finish(project, scheduler);
  },
);

it.skipIf(!hasSmallDisks)("a scheduler that is killed while the disk is full loses nothing either", async () => {
  const { project, disk, scheduler } = await start();
  disk.fill();
  await scheduler.until(full);
  scheduler.signal("SIGKILL");
  await scheduler.ended;
  writeFileSync(project.file("waiting.go"), "");
  disk.free();
  const next = startScheduler(project.root, { environment: project.environment });
  await next.until(runOf("waiting", "success"));
  await finish(project, next);
  expect(next.lines.filter(({ event }) => event === "adopted")).toMatchObject([{ processes: 1, started: 0 }]);
});

it.skipIf(!hasSmallDisks)(
  "a scheduler that starts on a full disk takes over what runs, and waits for room with the rest",
  async () => {
    const { project, disk, scheduler } = await start();
    scheduler.signal("SIGKILL");
    await scheduler.ended;
    disk.fill();
    writeFileSync(project.file("waiting.go"), "");
    const next = startScheduler(project.root, { environment: project.environment });
    await next.until(full);
    disk.free();
    await next.until(runOf("waiting", "success"));
    await finish(project, next);
  },
);

/** With a task that waits, on a disk with some room. */
async function start() {
  const project = await createLedgerProject("standalone");
  endsEverything(project.root);
  const disk = await mountSmallDisk(join(project.root, ".dagwright"), "48m");
  const scheduler = startScheduler(project.root, { environment: project.environment });
  await project.trigger("waiting");
  await project.untilFile("waiting.pid");
  return { project, disk, scheduler };
}

async function finish({ root, read, runsOf, ledger }: LedgerProject, scheduler: RunningScheduler): Promise<void> {
  expect(read((store) => store.pragma("integrity_check", { simple: true }))).toBe("ok");
  const [run] = runsOf("waiting");
  expect(run).toMatchObject({ state: "success", tasks: { wait: { state: "success" }, after: { state: "success" } } });
  // Where nobody is there, and not even the end can be written down, the try is lost: it is tried again, and uses up none.
  const { wait, after } = run!.tasks;
  expect([wait!.tryNumber - wait!.losses, after!.tryNumber]).toEqual([1, 1]);
  expect(ledger().filter(({ dagId }) => dagId === "waiting")).toHaveLength(2);
  scheduler.signal("SIGTERM");
  expect((await scheduler.ended).exitCode).toBe(143);
  expect(processesOfProject(root)).toEqual([]);
}
