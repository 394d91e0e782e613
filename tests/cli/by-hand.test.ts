// Tasks and runs that somebody looks at, clears, marks, backfills and tries from the command line, without a scheduler.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { findDagRun, finishDagRun, startDagRun } from "../../runtime/store/dag-runs.ts";
import { takeNotices } from "../../runtime/store/notices.ts";
import { openStore, type Store } from "../../runtime/store/open-store.ts";
import { endTask, readTaskInstances, settleTask, startTask } from "../../runtime/store/task-instances.ts";
import { copyFixture } from "../support/built-project.ts";
import { type Ended, mainModule, runCommandLine } from "../support/command-line.ts";

const moment = "2026-01-01T00:00:00.000Z";
let root: string;
beforeAll(() => {
  root = copyFixture("dags-test");
});
const environment = { AIRFLOW_CONN_WAREHOUSE: "postgres://user:generated-4711@host/db" };
const run = (...args: string[]): Promise<Ended> => runCommandLine(args, { cwd: root, environment });

function open(): Store {
  const store = openStore(join(root, ".dagwright", "dagwright.db"));
  onTestFinished(() => void store.close());
  return store;
}

/** A run of `report` whose task `print` has failed. */
async function createFailedRun(runId: string, date: string): Promise<Store> {
  const { exitCode, stderr } = await run("dags", "trigger", "report", "--run-id", runId, "--logical-date", date);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const store = open();
  const { id } = findDagRun(store, "report", runId)!;
  startDagRun(store, id, moment);
  settleTask(store, id, { taskId: "read_params", state: "success", tryNumber: 1, endDate: moment });
  startTask(store, id, { taskId: "print", tryNumber: 1, startDate: moment });
  endTask(store, id, { taskId: "print", tryNumber: 1, state: "failed", nextTryAt: null, error: "no", endDate: moment });
  finishDagRun(store, id, { state: "failed", endDate: moment });
  takeNotices(store);
  return store;
}
const statesOf = (store: Store, runId: string) => {
  const { id, state } = findDagRun(store, "report", runId)!;
  const tasks = readTaskInstances(store, id).map(({ taskId, state: found }) => [taskId, found]);
  return { state, ...Object.fromEntries(tasks) };
};

describe("tasks list", () => {
  it("is sorted, or a tree", async () => {
    expect((await run("tasks", "list", "report")).stdout).toBe("print\nread_params\n");
    expect((await run("tasks", "list", "report", "--tree")).stdout).toBe("read_params\n    print\n");
  });
});

describe("what says words says rows, too, when asked", () => {
  const shown = async (...args: string[]) => {
    const { exitCode, stdout } = await run(...args, "-o", "json");
    expect(exitCode).toBe(0);
    return JSON.parse(stdout) as unknown;
  };

  it("tasks list, dags state, tasks state, tasks failed-deps", async () => {
    await createFailedRun("words", "2024-03-01");
    expect(await shown("tasks", "list", "report")).toMatchObject([
      { task_id: "print", trigger_rule: "all_success", upstream: ["read_params"] },
      { task_id: "read_params", kind: "handler", upstream: [] },
    ]);
    const ofRun = { dag_id: "report", run_id: "words" };
    expect(await shown("dags", "state", "report", "words")).toEqual({ ...ofRun, state: "failed", conf: {} });
    const state = { ...ofRun, task_id: "print", state: "failed", try_number: 1 };
    expect(await shown("tasks", "state", "report", "print", "words")).toEqual(state);
    expect(await shown("tasks", "failed-deps", "report", "print", "words")).toEqual([
      { dep: "Task Instance State", reason: "Task is in the 'failed' state." },
    ]);
    const both = await run("tasks", "list", "report", "--tree", "-o", "json");
    expect([both.exitCode, both.stderr]).toEqual([
      2,
      expect.stringContaining("--tree and --output exclude each other"),
    ]);
  });
});

describe("states", () => {
  it("are told by the run's id and by its logical date", async () => {
    await createFailedRun("states", "2024-02-01");
    expect((await run("tasks", "state", "report", "print", "states")).stdout).toBe("failed\n");
    expect((await run("tasks", "state", "report", "print", "2024-02-01T00:00:00Z")).stdout).toBe("failed\n");
    const { stdout } = await run("tasks", "states-for-dag-run", "report", "2024-02-01", "-o", "json");
    expect(JSON.parse(stdout)).toMatchObject([
      { task_id: "print", state: "failed", error: "no" },
      { task_id: "read_params", state: "success" },
    ]);
  });
});

describe("tasks clear", () => {
  it("lets what failed run again, and its run, and tells the scheduler", async () => {
    const store = await createFailedRun("cleared", "2024-02-02");
    const { exitCode, stdout } = await run("tasks", "clear", "report", "-f", "--run-id", "cleared", "--yes");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "Cleared 1 task instance of 1 run\n" });
    expect(statesOf(store, "cleared")).toEqual({ state: "queued", print: "none", read_params: "success" });
    expect(takeNotices(store).map(({ kind }) => kind)).toContain("dag_run");
    const again = await run("tasks", "clear", "report", "-f", "--run-id", "cleared", "--yes");
    expect(again).toMatchObject({ exitCode: 0, stdout: "Nothing to clear\n" });
  });

  it("shows what it would clear, and clears nothing when nobody agrees", async () => {
    const store = await createFailedRun("asked", "2024-02-03");
    const dates = ["-s", "2024-02-03", "-e", "2024-02-03"];
    const { exitCode, stderr } = await run("tasks", "clear", "report", "-t", "^read", "-d", ...dates);
    expect(stderr).toContain("  asked  read_params\n");
    expect(stderr).toContain("  asked  print\n");
    expect(stderr).toContain("That is 2 task instances of 1 run. Are you sure? [y/n]\n");
    expect(exitCode).toBe(2);
    expect(statesOf(store, "asked").state).toBe("failed");
  });

  it.each([
    [["-t", "nothing"], "no task is meant"],
    [["-t", "("], "that is not a regular expression"],
    [["-s", "yesterday"], "that is not a moment in time"],
    [["--run-id", "clear"], "there is no such dag run"],
  ])("%j is refused", async (args, what) => {
    const { exitCode, stderr } = await run("tasks", "clear", "report", "-y", ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`error: ${what}`);
  });
});

describe("set-state", () => {
  it("of a task lets what failed by it run again", async () => {
    const store = await createFailedRun("marked", "2024-02-04");
    const { id } = findDagRun(store, "report", "marked")!;
    store.prepare("UPDATE task_instance SET state = 'failed' WHERE run = ? AND task_id = 'read_params'").run(id);
    const { stdout } = await run("tasks", "set-state", "report", "read_params", "marked", "--state", "success");
    expect(stdout).toBe("read_params is success\nCleared, as they had failed by it: print\n");
    expect(statesOf(store, "marked")).toEqual({ state: "queued", print: "none", read_params: "success" });
  });

  it("of a run ends it, and skips what waits", async () => {
    const store = await createFailedRun("ended", "2024-02-05");
    await run("tasks", "clear", "report", "--run-id", "ended", "--yes");
    const { stdout } = await run("dags", "set-state", "report", "ended", "--state", "failed");
    expect(stdout).toBe("ended is failed: 2 tasks skipped\n");
    expect(statesOf(store, "ended")).toEqual({ state: "failed", print: "skipped", read_params: "skipped" });
  });

  it("changes no run of dags test", async () => {
    await run("dags", "test", "secretive");
    const { id } = findDagRun(open(), "secretive")!.facts;
    const { exitCode, stderr } = await run("dags", "set-state", "secretive", id);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("error: a run of `dags test` is not changed");
  });
});

describe("backfill create", () => {
  const january = ["--dag-id", "report", "--from-date", "2025-01-01", "--to-date", "2025-01-03"];

  it("shows the dates first, then makes the runs", async () => {
    const dry = await run("backfill", "create", ...january, "--dry-run", "--run-backwards", "-o", "plain");
    expect(
      dry.stdout
        .split("\n")
        .slice(1, 4)
        .map((line) => line.split(/ +/)[0]),
    ).toEqual(["2025-01-03T00:00:00+00:00", "2025-01-02T00:00:00+00:00", "2025-01-01T00:00:00+00:00"]);
    const made = await run("backfill", "create", ...january, "--dag-run-conf", '{"limit": 3}', "-o", "json");
    expect(JSON.parse(made.stdout)).toHaveLength(3);
    expect(made.stderr).toContain("Backfill 1: 3 runs created, 0 cleared, 0 left out\n");
    expect(findDagRun(open(), "report", "backfill__2025-01-02T00:00:00+00:00")).toMatchObject({
      state: "queued",
      conf: { limit: 3 },
      sortOrdinal: 2,
    });
    const second = await run("backfill", "create", ...january);
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toContain("there can be only one running backfill of a DAG");
  });

  it.each([
    [["--dag-id", "report", "--from-date", "2025-01-01"], "--to-date is missing"],
    [[...january, "--max-active-runs", "0"], "--max-active-runs is a whole number from 1"],
    [["--dag-id", "failing", ...january.slice(2)], "only a DAG with a cron schedule or a duration has backfills"],
    [["--dag-id", "nightly", "--from-date", "2999-01-01", "--to-date", "2999-01-02"], "a backfill is of the past"],
    [["--dag-id", "nightly", "--from-date", "2025-01-02", "--to-date", "2025-01-01"], "ends after it begins"],
    [["--dag-id", "nightly", "--from-date", "2025-01-01", "--to-date", "2025-01-01"], "there are no runs to create"],
  ])("%j is refused", async (args, what) => {
    const { exitCode, stderr } = await run("backfill", "create", ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(what);
  });
});

describe("tasks test", () => {
  it("runs one task, records nothing, and prints what it prints, without secrets", async () => {
    const before = statesOfAll();
    const { exitCode, stdout, stderr } = await run("tasks", "test", "secretive", "leak", "2024-05-01");
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: "url postgres://user:***@host/db\n",
      stderr: 'leak success: returned "url postgres://user:***@host/db"\n',
    });
    expect(statesOfAll()).toEqual(before);
    expect(readdirSync(join(root, ".dagwright", "attempts"))).toEqual([]);
  });

  it("gives the task params and a logical date", async () => {
    const params = ["--task-params", '{"limit": 4}'];
    const { stderr } = await run("tasks", "test", "report", "read_params", "2024-05-01", ...params);
    expect(stderr).toContain('"logicalDate":"2024-05-01T00:00:00+00:00"');
    expect(stderr).toContain('"limit":4');
  });

  it("fails once, whatever its retries", async () => {
    const { exitCode, stdout, stderr } = await run("tasks", "test", "failing", "always_fails");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("this is try 1\n");
    expect(stderr).toBe("always_fails failed: no luck at try 1\n");
  });

  it("ends its task by Ctrl-C", async () => {
    const child = spawn(process.execPath, [mainModule, "tasks", "test", "slow", "slow_command"], { cwd: root });
    await once(child.stdout, "data");
    child.kill("SIGINT");
    expect((await once(child, "exit"))[0]).toBe(130);
  });

  it("is what `tasks run` is met with", async () => {
    expect((await run("tasks", "run", "report", "print")).stderr).toContain("npx dagwright tasks test DAG_ID TASK_ID");
  });

  it("of a task that does not exist names those that do", async () => {
    const { stderr } = await run("tasks", "test", "report", "prints");
    expect(stderr).toContain('"prints" (did you mean "print"?)');
    expect(stderr).toContain("It has: read_params, print");
  });

  const statesOfAll = () =>
    open().prepare("SELECT count(*) AS runs, (SELECT count(*) FROM xcom) AS xcoms FROM dag_run").get();
});

describe("tasks failed-deps", () => {
  it("names all that keeps a task from running", async () => {
    const { exitCode } = await run("dags", "trigger", "report", "--run-id", "waiting");
    expect(exitCode).toBe(0);
    const { stdout } = await run("tasks", "failed-deps", "report", "print", "waiting");
    expect(stdout).toBe(`Task instance dependencies not met:
Dagrun Running: Task instance's dagrun was not in the 'running' state but in the state 'queued'.
Dag Not Paused: Task's DAG 'report' is paused.
Scheduler: no scheduler is alive in this project
Trigger Rule: Task's trigger rule 'all_success': it waits, as upstream are read_params none
`);
  });

  it("says of a task that has ended only that", async () => {
    await createFailedRun("over", "2024-02-06");
    const { stdout } = await run("tasks", "failed-deps", "report", "print", "over");
    expect(stdout).toBe("Task instance dependencies not met:\nTask Instance State: Task is in the 'failed' state.\n");
  });

  it("knows pools that do not exist", async () => {
    await run("dags", "trigger", "narrow", "--run-id", "narrow");
    const { stdout } = await run("tasks", "failed-deps", "narrow", "in_a_pool", "narrow");
    expect(stdout).toContain("Pool Slots Available: Tasks using non-existent pool 'narrow' will not be scheduled\n");
  });
});
