// A destructive DAG from the command line: who starts a run types its id, and nothing else starts one.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { storeFile } from "../../cli/state-folder.ts";
import { readDagRuns } from "../../runtime/store/dag-runs.ts";
import { openStore } from "../../runtime/store/open-store.ts";
import { startBuilt } from "../support/attempt.ts";
import { buildProject, createFolder } from "../support/built-project.ts";
import { mainModule, runCommandLine } from "../support/command-line.ts";
import { writeFiles } from "../support/live-project.ts";
import { hasScript, runInTerminal } from "../support/terminal.ts";

const source = `import { appendFileSync } from "node:fs";
import { Dag, projectPath } from "dagwright";
const dag = new Dag("wipe", { startDate: "2024-01-01", tags: ["t"], destructive: true, maxActiveRuns: 1, defaultArgs: { retries: 2, retryDelay: 1 } });
dag.task("wipe_all", () => appendFileSync(projectPath("wiped"), "x"), { idempotent: true })();
`;
function writeProject(files: Readonly<Record<string, string>>): string {
  const root = createFolder();
  writeFiles(root, files);
  return root;
}
const createProject = () => writeProject({ "dags/wipe.ts": source, "package.json": '{ "type": "module" }' });
const dagwright = (root: string, ...args: string[]) => runCommandLine(args, { cwd: root });
const wiped = (root: string) => (existsSync(join(root, "wiped")) ? readFileSync(join(root, "wiped"), "utf8") : "");
const confirmed = '{"confirm":"wipe"}';

function readConfs(root: string) {
  if (!existsSync(storeFile(root))) return [];
  const store = openStore(storeFile(root));
  try {
    return readDagRuns(store, "wipe").map(({ conf }) => conf);
  } finally {
    store.close();
  }
}

it.each([
  ["dags test", ["dags", "test", "wipe"], "no param confirm"],
  ["dags test, another DAG's id", ["dags", "test", "wipe", "-c", '{"confirm":"wipe2"}'], 'confirm "wipe2"'],
  ["dags trigger", ["dags", "trigger", "wipe"], "no param confirm"],
  ["dags trigger, no text", ["dags", "trigger", "wipe", "-c", '{"confirm":true}'], "confirm true"],
  ["tasks test", ["tasks", "test", "wipe", "wipe_all"], "no param confirm"],
])("%s is refused unless its id was typed, and nothing is written", async (_, args, found) => {
  const root = createProject();
  const { exitCode, stderr } = await dagwright(root, ...args);
  const option = args[0] === "tasks" ? "--task-params" : "--conf";
  expect(stderr).toBe(
    "error: the DAG overwrites what cannot be had again, and its run was not confirmed: nothing was started " +
      `(DAG wipe): ${found}\n  fix: Type its id when asked, or give ${option} '${confirmed}'\n`,
  );
  expect([exitCode, wiped(root), readConfs(root)]).toEqual([2, "", []]);
});

it("runs once it is confirmed", async () => {
  const root = createProject();
  expect((await dagwright(root, "dags", "test", "wipe", "-c", confirmed)).exitCode).toBe(0);
  expect((await dagwright(root, "tasks", "test", "wipe", "wipe_all", "-t", confirmed)).exitCode).toBe(0);
  expect((await dagwright(root, "dags", "trigger", "wipe", "-c", confirmed)).exitCode).toBe(0);
  // Runs of `dags test` are not among them.
  expect([wiped(root), readConfs(root)]).toEqual(["xx", [{ confirm: "wipe" }]]);
});

it("a run that was confirmed confirms no task of its own, nor that it runs again", async () => {
  const root = createProject();
  await dagwright(root, "dags", "trigger", "wipe", "-c", confirmed, "-r", "first");
  const tested = await dagwright(root, "tasks", "test", "wipe", "wipe_all", "first");
  expect([tested.exitCode, tested.stderr]).toEqual([2, expect.stringContaining("was not confirmed")]);
  const cleared = await dagwright(root, "tasks", "clear", "wipe", "--run-id", "first", "--yes");
  expect([cleared.exitCode, cleared.stderr]).toEqual([2, expect.stringContaining("or give --confirm wipe\n")]);
  const again = await dagwright(root, "tasks", "clear", "wipe", "--run-id", "first", "--yes", "--confirm", "wipe");
  expect({ ...again, stderr: "" }).toMatchObject({ exitCode: 0 });
  expect(wiped(root)).toBe("");
});

it("a task that is marked lets nothing run again unconfirmed", async () => {
  const guard = 'const guard = dag.bash("guard", "exit 1", { idempotent: true });\n';
  const behind = source.replace("dag.task(", `${guard}dag.task(`).replace(/\(\);\n$/, "().after(guard);\n");
  const root = writeProject({ "dags/wipe.ts": behind, "package.json": '{ "type": "module" }' });
  await dagwright(root, "dags", "trigger", "wipe", "-c", confirmed, "-r", "first");
  const store = openStore(storeFile(root));
  store.exec(
    "UPDATE task_instance SET state = iif(task_id = 'guard', 'failed', 'upstream_failed'); UPDATE dag_run SET state = 'failed'",
  );
  const states = () => store.prepare("SELECT state FROM task_instance ORDER BY task_id").pluck().all();
  const mark = (...more: string[]) => dagwright(root, "tasks", "set-state", "wipe", "guard", "first", ...more);
  const refused = await mark();
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("or give --confirm wipe\n")]);
  expect(states()).toEqual(["failed", "upstream_failed"]);
  expect(await mark("--confirm", "wipe")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Cleared") });
  expect(states()).toEqual(["success", "none"]);
  // What stops a task needs no question.
  const stopped = await dagwright(root, "tasks", "set-state", "wipe", "wipe_all", "first", "--state", "failed");
  expect({ ...stopped, stderr: "" }).toMatchObject({ exitCode: 0 });
  store.close();
});

it.runIf(hasScript)("asks at a terminal", () => {
  const root = createProject();
  const command = `"${process.execPath}" "${mainModule}" dags trigger wipe -o json`;
  const refused = runInTerminal(root, command, { columns: 120, input: "no\n" });
  expect(refused).toContain("wipe overwrites what cannot be had again. To run it, type its id:");
  expect(refused).toContain('confirm "no"');
  expect(readConfs(root)).toEqual([]);
  expect(runInTerminal(root, command, { columns: 120, input: "wipe\n" })).toContain('"state": "queued"');
  expect(readConfs(root)).toEqual([{ confirm: "wipe" }]);
});

it("a backfill is refused", async () => {
  const root = createProject();
  const dates = ["--from-date", "2026-01-01", "--to-date", "2026-01-02", "--dag-run-conf", confirmed];
  for (const more of [[], ["--dry-run"]]) {
    const { exitCode, stderr } = await dagwright(root, "backfill", "create", "--dag-id", "wipe", ...dates, ...more);
    expect(stderr).toContain("error: the DAG is destructive: no backfill may run it (DAG wipe)");
    expect([exitCode, readConfs(root)]).toEqual([2, []]);
  }
});

it("a schedule is refused by lint and build, and cannot be disabled", async () => {
  const root = writeProject({
    "dags/wipe.ts": source.replace("destructive", 'schedule: "@daily", destructive'),
    "dagwright.config.ts": `import { defineConfig } from "dagwright";
export default defineConfig({ lint: { rules: { "destructive-dag": "off" } } });
`,
  });
  expect((await dagwright(root, "lint")).exitCode).not.toBe(0);
  for (const args of [["build"], ["dags", "test", "wipe", "-c", confirmed]]) {
    const { exitCode, stdout, stderr } = await dagwright(root, ...args);
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toMatch(/destructive-dag/);
  }
  expect(wiped(root)).toBe("");
});

it.each([
  ["scheduled", { confirm: "wipe" }, "its run is of type scheduled"],
  ["backfill", { confirm: "wipe" }, "its run is of type backfill"],
  ["operator_triggered", { confirm: "wipe" }, "its run is of type operator_triggered"],
  ["manual", {}, "param confirm is null"],
])("a task process of a run of type %s with %j does nothing, and is not tried again", async (type, conf, found) => {
  const root = createProject();
  const build = await buildProject(root);
  const moment = "2026-01-01T00:00:00+00:00";
  const dates = { logicalDate: moment, dataIntervalStart: moment, dataIntervalEnd: moment, runAfter: moment };
  const run = { id: "some_run", type, ...dates };
  const attempt = startBuilt({ build, dagId: "wipe", taskId: "wipe_all" }, { run, conf, projectRoot: root });
  expect(await attempt.ended).toMatchObject({ outcome: "failed", isRetryable: false });
  expect(attempt.log()).toContain("its run was not started and confirmed by a person: nothing was done");
  expect(attempt.log()).toContain(found);
  expect(wiped(root)).toBe("");
});
