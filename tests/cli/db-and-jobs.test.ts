// `dagwright jobs check` and `dagwright db migrate|check|clean`, on real stores.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { logFile, storeFile } from "../../cli/state-folder.ts";
import { createDagRun, finishDagRun, startDagRun } from "../../runtime/store/dag-runs.ts";
import { readImportErrors, writeImportErrors } from "../../runtime/store/dags.ts";
import { endJob, readJobs, startJob } from "../../runtime/store/jobs.ts";
import { migrations } from "../../runtime/store/migrations.ts";
import { openStore, type Store } from "../../runtime/store/open-store.ts";
import { loadSqlite } from "../../runtime/store/sqlite.ts";
import { readTaskInstances } from "../../runtime/store/task-instances.ts";
import { createFolder } from "../support/built-project.ts";
import { runCommandLine } from "../support/command-line.ts";

let root: string;
beforeEach(() => {
  root = createFolder();
  mkdirSync(join(root, "dags"));
});
const command = (...args: string[]) => runCommandLine(args, { cwd: root });
const clean = (...args: string[]) => command("db", "clean", "--clean-before-timestamp", "2026-01-01", ...args);

function withStore<Result>(use: (store: Store) => Result): Result {
  const store = openStore(storeFile(root));
  try {
    return use(store);
  } finally {
    store.close();
  }
}

describe("jobs check", () => {
  const check = (...args: string[]) => command("jobs", "check", ...args);
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
  const addJob = ({ pid = process.pid, host = hostname(), at = ago(1) }) =>
    withStore((store) => startJob(store, { pid, hostname: host, version: "0", startDate: at }));
  const none = { exitCode: 1, stdout: "", stderr: "No alive jobs found.\n" };
  const one = { exitCode: 0, stdout: "Found one alive job.\n", stderr: "" };

  it("finds none where nothing was run, and makes no store", async () => {
    expect(await check()).toEqual(none);
    expect(existsSync(storeFile(root))).toBe(false);
  });

  it("finds the one that is alive, also by host; not one that has ended", async () => {
    const job = addJob({});
    expect(await check()).toEqual(one);
    expect(await check("--local", "--job-type", "SchedulerJob")).toEqual(one);
    expect(await check("--hostname", hostname())).toEqual(one);
    expect(await check("--hostname", "elsewhere")).toEqual(none);
    withStore((store) => endJob(store, job, ago(0)));
    expect(await check()).toEqual(none);
  });

  it("shows them as rows when asked, with the same exit codes", async () => {
    expect(JSON.parse((await check("-o", "json")).stdout)).toEqual([]);
    addJob({});
    const alive = await check("-o", "json");
    expect(JSON.parse(alive.stdout)).toMatchObject([
      { hostname: hostname(), pid: process.pid, is_alive: true, reason: null },
    ]);
    expect([(await check("-o", "plain")).exitCode, alive.exitCode]).toEqual([0, 0]);
    const { exitCode, stdout } = await command("db", "check", "-o", "json");
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { file: storeFile(root), needs_migration: false }]);
  });

  it("takes nobody for alive who was not heard of for 30 seconds", async () => {
    addJob({ at: ago(31), host: "elsewhere" });
    const { exitCode, stderr } = await check();
    expect(stderr).toMatch(/^job 1 on elsewhere: its last heartbeat was 3\d s ago\nNo alive jobs found\.\n$/);
    expect(exitCode).toBe(1);
  });

  it("sees that the process of a job is gone, on its own host alone", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    addJob({ pid: child.pid! });
    const { exitCode, stderr } = await check();
    expect([exitCode, stderr]).toEqual([
      1,
      `job 1 on ${hostname()}: its process ${child.pid} is gone\nNo alive jobs found.\n`,
    ]);
    addJob({ pid: child.pid!, host: "elsewhere" });
    expect(await check()).toEqual(one);
  });

  it("takes several for a failure, unless they are allowed", async () => {
    addJob({});
    addJob({});
    expect(await check("--limit", "0")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "Found 2 alive jobs. Expected only one.\n",
    });
    expect(await check("--limit", "5", "--allow-multiple")).toMatchObject({
      exitCode: 0,
      stdout: "Found 2 alive jobs.\n",
    });
    expect(await check()).toEqual(one);
  });

  it.each([[["--allow-multiple"]], [["--local", "--hostname", "a"]], [["--limit", "-1"]], [["--limit", "1.5"]]])(
    "%j is refused",
    async (args) => {
      const { exitCode, stderr } = await check(...args);
      expect(stderr).toMatch(/^error: .+\n {2}fix: /);
      expect(exitCode).toBe(2);
    },
  );
});

describe("db migrate and check", () => {
  it("make a store, and say so; check makes none", async () => {
    const file = storeFile(root);
    const missing = await command("db", "check");
    expect(missing).toMatchObject({ exitCode: 2 });
    expect(missing.stderr).toContain("error: there is no store yet");
    expect(existsSync(file)).toBe(false);
    const version = migrations.length;
    expect((await command("db", "migrate")).stdout).toBe(`store created, version ${version}: ${file}\n`);
    expect((await command("db", "migrate")).stdout).toBe(`store is of version ${version} already: ${file}\n`);
    expect(await command("db", "check")).toEqual({
      exitCode: 0,
      stdout: `store is sound, version ${version}: ${file}\n`,
      stderr: "",
    });
  });

  it("an older store is told by check and migrated by migrate", async () => {
    const file = storeFile(root);
    mkdirSync(dirname(file), { recursive: true });
    const old = new (loadSqlite())(file);
    old.exec(migrations[0]!);
    old.pragma("user_version = 1");
    old.close();
    const { exitCode, stdout } = await command("db", "check");
    expect([exitCode, stdout]).toEqual([
      1,
      `store is sound, version 1, this dagwright's is ${migrations.length}: npx dagwright db migrate: ${file}\n`,
    ]);
    expect((await command("db", "migrate")).stdout).toContain(`migrated from version 1 to ${migrations.length}`);
  });

  it("check finds damage, and what is no store", async () => {
    const file = storeFile(root);
    withStore((store) => addRuns(store, "damaged", 200));
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4096 * 3, 4096 * 8);
    writeFileSync(file, bytes);
    const damaged = await command("db", "check");
    expect(damaged.stderr).toMatch(/^error: the store (is damaged|cannot be opened)/);
    expect(damaged.exitCode).toBe(2);
    writeFileSync(file, "this is no store, and long enough to be none");
    const none = await command("db", "check");
    expect(none.stderr).toContain("the store cannot be opened");
    expect(none.exitCode).toBe(2);
  });
});

describe("db clean", () => {
  const runIds = () =>
    withStore((store) => store.prepare("SELECT run_id FROM dag_run ORDER BY run_after, id").pluck().all() as string[]);

  it("deletes what ended before the moment with its logs, never the last automated run nor one that runs", async () => {
    withStore((store) => {
      addRuns(store, "daily", 5);
      addRuns(store, "by_hand", 2, { type: "manual" });
      addRuns(store, "endless", 1, { state: "running", type: "manual" });
      addRuns(store, "young", 1, { startDate: "2026-01-01T00:00:01.000Z", type: "manual" });
    });
    const log = logFile(root, { dagId: "daily", runId: "daily 1", taskId: "a", tryNumber: 1 });
    mkdirSync(dirname(log), { recursive: true });
    writeFileSync(log, "");
    const before = runIds();
    const dry = await clean("--dry-run");
    expect(dry.stdout).toContain("table         to_delete\ndag_run       6\n");
    expect(runIds()).toEqual(before);
    expect(existsSync(log)).toBe(true);
    expect(await clean("-y", "--batch-size", "2")).toEqual({
      exitCode: 0,
      stdout: "table         deleted\ndag_run       6\nimport_error  0\njob           0\n",
      stderr: "",
    });
    expect(runIds().sort()).toEqual(["daily 5", "endless 1", "young 1"]);
    expect(existsSync(dirname(dirname(log)))).toBe(false);
    withStore((store) => {
      const left = store.prepare("SELECT count(*) FROM task_instance").pluck().get();
      expect(left).toBe(3);
      expect(
        readTaskInstances(store, store.prepare("SELECT max(id) FROM dag_run").pluck().get() as number),
      ).toHaveLength(1);
    });
  });

  it("keeps the last ones of each DAG, and touches only the DAGs that are named", async () => {
    withStore((store) => {
      for (const dag of ["a", "b", "c"]) addRuns(store, dag, 4, { type: "manual" });
    });
    await clean("-y", "--dag-ids", "a, b", "--exclude-dag-ids", "b", "--keep-last", "3");
    expect(runIds().filter((id) => id.startsWith("a"))).toEqual(["a 2", "a 3", "a 4"]);
    expect(runIds()).toHaveLength(11);
  });

  it("deletes import errors and jobs, each where its table is named", async () => {
    withStore((store) => {
      writeImportErrors(store, [{ file: "dags/a.ts", text: "", timestamp: "2025-12-31T23:59:59.000Z" }]);
      const job = startJob(store, { pid: 1, hostname: "h", version: "0", startDate: "2025-12-01T00:00:00.000Z" });
      endJob(store, job, "2025-12-02T00:00:00.000Z");
      startJob(store, { pid: 1, hostname: "h", version: "0", startDate: new Date().toISOString() });
    });
    await clean("-y", "-t", "job");
    withStore((store) => {
      expect(readJobs(store, 9)).toHaveLength(1);
      expect(readImportErrors(store)).toHaveLength(1);
    });
    await clean("-y", "--tables", "import_error,job");
    withStore((store) => expect(readImportErrors(store)).toEqual([]));
  });

  it("asks first, and --vacuum gives the space back", async () => {
    withStore((store) => addRuns(store, "daily", 2_000));
    const unanswered = await clean();
    expect(unanswered.exitCode).toBe(2);
    expect(unanswered.stderr).toContain("purge all data prior to 2026-01-01T00:00:00+00:00 for tables dag_run,");
    const args = ["db", "clean", "--clean-before-timestamp", "2026-01-01"];
    const refused = await runCommandLine(args, { cwd: root, input: "no\n" });
    expect([refused.exitCode, refused.stdout]).toEqual([1, ""]);
    expect(runIds()).toHaveLength(2_000);
    const size = statSync(storeFile(root)).size;
    expect((await clean("-y", "--vacuum")).exitCode).toBe(0);
    expect(statSync(storeFile(root)).size).toBeLessThan(size / 2);
    withStore((store) =>
      startJob(store, { pid: process.pid, hostname: hostname(), version: "0", startDate: new Date().toISOString() }),
    );
    expect((await clean("-y", "--vacuum")).stderr).toContain("error: a scheduler is alive");
  });

  it("of a project without a store is nothing, and makes none", async () => {
    expect((await clean("-y")).stdout).toContain("dag_run       0\n");
    expect(existsSync(storeFile(root))).toBe(false);
  });

  it.each([
    [["db", "clean"], "missing option --clean-before-timestamp"],
    [["db", "clean", "--clean-before-timestamp", "soon"], "that is not a moment in time"],
    [["db", "clean", "--clean-before-timestamp", "2026-01-01", "-t", "xcom"], "--tables knows no such table"],
    [["db", "clean", "--clean-before-timestamp", "2026-01-01", "--keep-last", "-1"], "--keep-last is a whole number"],
  ])("%j is refused", async (args, said) => {
    const { exitCode, stderr } = await command(...args);
    expect(stderr).toContain(`error: ${said}`);
    expect(exitCode).toBe(2);
  });
});

interface Kind {
  readonly type?: string;
  readonly state?: "running" | "success";
  readonly startDate?: string;
}

/** `dag 1` and so on, one for each hour from the first of September 2025. */
function addRuns(store: Store, dagId: string, count: number, kind: Kind = {}): void {
  const { type = "scheduled", state = "success" } = kind;
  const add = store.transaction(() => {
    for (let index = 1; index <= count; index++) {
      const at = new Date(Date.UTC(2025, 8, 1) + index * 3_600_000).toISOString();
      const { startDate = at } = kind;
      const interval = { logicalDate: at, dataIntervalStart: at, dataIntervalEnd: at };
      const facts = { id: `${dagId} ${index}`, type, ...interval, runAfter: at };
      const tasks = [{ id: "a", retries: 0 }];
      const run = { dagId, facts, conf: {}, definition: "", build: "", isTest: false, queuedAt: startDate, tasks };
      const id = createDagRun(store, run)!;
      startDagRun(store, id, startDate);
      if (state === "success") finishDagRun(store, id, { state, endDate: startDate });
    }
  });
  add.immediate();
}
