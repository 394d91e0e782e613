// DAG files that change, break and go while their runs are half-way: a run keeps the definition that it began with.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findDag, readImportErrors } from "../../../runtime/store/dags.ts";
import { createLedgerProject, type LedgerProject } from "../../support/ledger-project.ts";
import { waitUntil } from "../../support/processes.ts";
import {
  endsEverything,
  livenessMs,
  processesOfProject,
  type RunningScheduler,
  runOf,
  startScheduler,
  taskIs,
} from "../../support/scheduler-process.ts";

const dagFile = (tasks: string, more = "") => `import { chain, Dag } from "dagwright";
${more}
const work = (seconds: number) => \`bash "$LEDGER_ROOT/work.sh" \${seconds} 0\`;
const wait = 'echo $$ >"$LEDGER_ROOT/changing.pid"; until [ -e "$LEDGER_ROOT/changing.go" ]; do sleep 0.05; done';
const dag = new Dag("changing", {
  schedule: null,
  startDate: "2024-01-01",
  tags: ["test"],
  isPausedUponCreation: false,
  defaultArgs: { retries: 0 },
});
${tasks}
`;
const before = dagFile(`chain(dag.bash("wait", wait), dag.bash("old_task", work(0)));`);
const after = dagFile(`chain(dag.bash("wait", wait), dag.bash("new_task", work(0)), dag.bash("last_task", work(0)));`);

it("a run that is half-way keeps its definition, with a task that is no more; the next run has the new one", async () => {
  const { project, scheduler, stop, write } = await start();
  const old = definitionOf(project);
  write(after);
  await waitUntil(() => definitionOf(project) !== old, livenessMs);
  writeFileSync(project.file("changing.go"), "");
  await scheduler.until(runOf("changing", "success"));
  expect(Object.keys(project.runsOf("changing")[0]!.tasks).sort()).toEqual(["old_task", "wait"]);

  await project.trigger("changing");
  await scheduler.until(taskIs("last_task", "success"));
  expect(startsOf(project)).toEqual(["old_task", "new_task", "last_task"]);
  await stop();
});

it("a run goes on with its definition under another scheduler, too, when its file has changed meanwhile", async () => {
  const { project, scheduler, write } = await start();
  const old = definitionOf(project);
  scheduler.signal("SIGKILL");
  await scheduler.ended;
  write(after);
  const next = startScheduler(project.root, { args: [], environment: project.environment });
  await waitUntil(() => definitionOf(project) !== old, livenessMs);
  writeFileSync(project.file("changing.go"), "");
  await next.until(runOf("changing", "success"));
  expect(startsOf(project)).toEqual(["old_task"]);
  await end(next, project);
});

it.each([
  ["throws", `throw new Error("not today");`],
  ["ends the process", "process.exit(0);"],
  ["never ends", "for (;;) {}"],
])("a file that %s as it is loaded stops neither its own run nor the DAGs of other files", async (_, statement) => {
  const { project, scheduler, stop, write } = await start();
  write(dagFile("", statement));
  await waitUntil(() => project.read(readImportErrors).length > 0, livenessMs);
  expect(project.read(readImportErrors)).toMatchObject([{ file: "dags/changing.ts" }]);
  await project.trigger("short");
  await scheduler.until(runOf("short", "success"));
  writeFileSync(project.file("changing.go"), "");
  await scheduler.until(runOf("changing", "success"));
  await stop();
});

it("a run goes on to its end when its file is gone, and no other begins", async () => {
  const { project, scheduler, stop } = await start();
  rmSync(join(project.root, "dags", "changing.ts"));
  await waitUntil(() => project.read((store) => findDag(store, "changing")?.isStale === true), livenessMs);
  writeFileSync(project.file("changing.go"), "");
  await scheduler.until(runOf("changing", "success"));
  await stop();
});

/** With a run whose first task waits. */
async function start() {
  const project = await createLedgerProject("standalone");
  const write = (text: string) => writeFileSync(join(project.root, "dags", "changing.ts"), text);
  write(before);
  endsEverything(project.root);
  const scheduler = startScheduler(project.root, { args: [], environment: project.environment });
  await project.trigger("changing");
  await project.untilFile("changing.pid");
  return { project, scheduler, write, stop: () => end(scheduler, project) };
}

async function end(scheduler: RunningScheduler, { root }: LedgerProject): Promise<void> {
  scheduler.signal("SIGTERM");
  expect((await scheduler.ended).exitCode).toBe(143);
  expect(processesOfProject(root)).toEqual([]);
}

function definitionOf({ read }: LedgerProject): string | undefined {
  return read((store) => findDag(store, "changing")?.definition);
}

function startsOf({ ledger }: LedgerProject): string[] {
  return ledger().flatMap(({ kind, taskId }) => (kind === "START" ? [taskId] : []));
}
