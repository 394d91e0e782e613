// `dagwright dags trigger|pause|unpause|list-runs|state|delete|…`: what they write into a real store, and what they say.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { logFile, storeFile } from "../../cli/state-folder.ts";
import type { JsonObject } from "../../runtime/dag/json.ts";
import { createDagRun, finishDagRun, readDagRuns, startDagRun } from "../../runtime/store/dag-runs.ts";
import { findDag, readDags, writeDag } from "../../runtime/store/dags.ts";
import { startJob } from "../../runtime/store/jobs.ts";
import { takeNotices } from "../../runtime/store/notices.ts";
import { openStore, type Store } from "../../runtime/store/open-store.ts";
import { copyFixture, createFolder } from "../support/built-project.ts";
import { type Ended, runCommandLine } from "../support/command-line.ts";

const inProject = (root: string) => ({
  root,
  dags: (...args: string[]) => runCommandLine(["dags", ...args], { cwd: root }),
  answered: (input: string, ...args: string[]) => runCommandLine(["dags", ...args], { cwd: root, input }),
});
const createProject = () => inProject(copyFixture("dags-test"));

function withStore<Result>(root: string, use: (store: Store) => Result): Result {
  const store = openStore(storeFile(root));
  try {
    return use(store);
  } finally {
    store.close();
  }
}

const only = <T>({ stdout }: Ended) => (JSON.parse(stdout) as T[])[0]!;
const noScheduler = "note: no scheduler is alive, the run stays queued until one is: npx dagwright scheduler\n";

describe("dags trigger", () => {
  it("queues a run without logical date, writes the DAG down, and tells the scheduler of both", async () => {
    const { root, dags } = createProject();
    const { exitCode, stdout, stderr } = await dags("trigger", "report", "-c", '{"limit": 3}', "-o", "json");
    expect(stderr).toBe(
      `note: report is paused, its runs stay queued: npx dagwright dags unpause report\n${noScheduler}`,
    );
    const shown = only<Record<string, unknown>>({ exitCode, stdout, stderr });
    const nothing = { logical_date: null, data_interval_start: null, data_interval_end: null, start_date: null };
    expect(shown).toMatchObject({
      ...nothing,
      dag_id: "report",
      state: "queued",
      run_type: "manual",
      conf: { limit: 3 },
    });
    expect(shown["dag_run_id"]).toMatch(/^manual__\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00_[A-Za-z0-9]{8}$/);
    withStore(root, (store) => {
      const [run, ...others] = readDagRuns(store, "report");
      expect(others).toEqual([]);
      expect(run).toMatchObject({
        state: "queued",
        isTest: false,
        facts: { id: shown["dag_run_id"], logicalDate: null },
      });
      expect(findDag(store, "report")).toMatchObject({
        isPaused: true,
        build: run!.build,
        definition: run!.definition,
      });
      expect(existsSync(join(run!.build, "manifest.json"))).toBe(true);
      expect(takeNotices(store)).toEqual([
        { kind: "dag", dagId: "report" },
        { kind: "dag_run", run: run!.id },
      ]);
    });
    expect(exitCode).toBe(0);
  });

  it("with a logical date: to the second, with the data interval that belongs to it", async () => {
    const { dags } = createProject();
    const run = only(await dags("trigger", "nightly", "-l", "2026-01-02T12:00:00.5", "-o", "json"));
    expect(run).toMatchObject({
      logical_date: "2026-01-02T12:00:00+00:00",
      data_interval_start: "2026-01-01T02:00:00+00:00",
      data_interval_end: "2026-01-02T02:00:00+00:00",
    });
    expect((run as Record<string, string>)["dag_run_id"]).toMatch(/\+00:00$/);
  });

  it.each([
    [["nowhere"], "there is no such DAG"],
    [["report", "-c", "[]"], "the conf is a JSON object (--conf): []"],
    [["with_params", "-c", '{"limit": 0}'], "the run's params are not what the DAG demands (DAG with_params): limit 0"],
    [["report", "-r", "a/b"], 'the run id cannot be used (--run-id): "a/b"'],
    [["report", "-r", "a..b"], 'the run id cannot be used (--run-id): "a..b"'],
    [["report", "-r", "scheduled__x"], 'the run id cannot be used (--run-id): "scheduled__x"'],
    [["report", "-r", "r".repeat(249)], "the run id cannot be used (--run-id): 249 signs"],
    [["report", "-l", "tomorrow"], 'the logical date is not a moment in time (--logical-date): "tomorrow"'],
    [["report", "-l", "2020-01-01"], "the logical date lies before the DAG's start date"],
  ])("%j is refused, and nothing is written", async (args, said) => {
    const { root, dags } = createProject();
    const { exitCode, stdout, stderr } = await dags("trigger", ...args);
    expect(stderr).toContain(`error: ${said}`);
    expect(stderr).toContain("\n  fix: ");
    expect([exitCode, stdout]).toEqual([2, ""]);
    if (existsSync(storeFile(root))) withStore(root, (store) => expect(readDags(store)).toEqual([]));
  });

  it("a run id or a logical date that there is already is refused", async () => {
    const { root, dags } = createProject();
    await dags("trigger", "report", "-r", "mine", "-l", "2026-01-01");
    const sameId = await dags("trigger", "report", "-r", "mine");
    const sameDate = await dags("trigger", "report", "-l", "2026-01-01");
    expect(sameId.stderr).toContain("the DAG has a run of that id already (DAG report): mine\n");
    expect(sameDate.stderr).toContain("of that logical date already (DAG report): 2026-01-01T00:00:00+00:00\n");
    expect([sameId.exitCode, sameDate.exitCode]).toEqual([2, 2]);
    withStore(root, (store) => expect(readDagRuns(store, "report")).toHaveLength(1));
  });
});

describe("while a scheduler is alive", () => {
  it("commands see what it runs, and not what the files have become", async () => {
    const { root, dags } = createProject();
    await dags("trigger", "report");
    const before = await dags("list", "-o", "json");
    expect(JSON.parse(before.stdout)).toHaveLength(14);
    const version = "0";
    const job = { pid: process.pid, hostname: hostname(), version, startDate: new Date().toISOString() };
    withStore(root, (store) => startJob(store, job));
    writeFileSync(join(root, "dags", "report.ts"), "this is no program\n");
    const { stdout, stderr, exitCode } = await dags("trigger", "report", "-r", "again", "-o", "json");
    expect(only({ stdout, stderr, exitCode })).toMatchObject({ dag_run_id: "again" });
    expect(stderr).not.toContain("scheduler");
    expect(only(await dags("list", "-o", "json"))).toMatchObject({ dag_id: "report", is_paused: true });
    expect((await dags("show", "report")).stdout).toBe("report\n└── read_params\n    └── print\n");
    expect((await dags("show", "nightly")).stderr).toContain('there is no such DAG: "nightly"');
    expect(await dags("list-import-errors", "-o", "json")).toMatchObject({ exitCode: 0, stdout: "[]\n" });
  });
});

describe("in a project without DAG files", () => {
  it("commands see what the last scheduler ran", async () => {
    const { root, dags } = createProject();
    await dags("unpause", "report");
    rmSync(join(root, "dags"), { recursive: true });
    expect(only(await dags("list", "-o", "json"))).toMatchObject({ dag_id: "report", is_paused: false });
    expect(await dags("trigger", "report")).toMatchObject({ exitCode: 0, stderr: noScheduler });
    expect((await dags("trigger", "nightly")).stderr).toContain('there is no such DAG: "nightly"');
  });

  it("where none ran, they say so, and leave nothing behind", async () => {
    const root = createFolder();
    const { dags } = inProject(root);
    for (const verb of ["trigger", "unpause", "show"]) {
      expect((await dags(verb, "report")).stderr).toContain("error: no DAG files");
    }
    expect(readdirSync(root)).toEqual([]);
  });
});

describe("dags pause and unpause", () => {
  it("change what is not so already, and leave a notice", async () => {
    const { root, dags } = createProject();
    expect(await dags("unpause", "report")).toEqual({
      exitCode: 0,
      stdout: "dag_id  is_paused\nreport  False\n",
      stderr: "",
    });
    withStore(root, (store) => {
      expect(findDag(store, "report")!.isPaused).toBe(false);
      expect(takeNotices(store)).toContainEqual({ kind: "dag", dagId: "report" });
    });
    expect((await dags("unpause", "report")).stdout).toBe("No paused DAGs were found\n");
    expect((await dags("pause", "nightly")).stdout).toBe("No unpaused DAGs were found\n");
    expect((await dags("pause", "reprot")).stderr).toContain('"reprot" (did you mean "report"?)');
  });

  it("ask before they change all that match", async () => {
    const { root, dags, answered } = createProject();
    const regex = ["unpause", "--treat-dag-id-as-regex", "^torn"];
    const question = "You are about to unpause 2 DAGs:\ntorn,torn_slowly\n\nAre you sure? [y/n]\n";
    const unanswered = await dags(...regex);
    expect(unanswered).toMatchObject({ exitCode: 2, stdout: "" });
    expect(unanswered.stderr).toContain(`${question}error: nobody answered, and nothing was changed`);
    const refused = await answered("perhaps\nn\n", ...regex);
    expect(refused).toEqual({
      exitCode: 0,
      stdout: "Operation cancelled by user\n",
      stderr: `${question}Please respond with y/yes or n/no.\n`,
    });
    withStore(root, (store) => expect(readDags(store)).toEqual([]));
    expect((await dags(...regex, "-y", "-o", "json")).stdout).toContain('"dag_id": "torn_slowly"');
    withStore(root, (store) => expect(readDags(store).map(({ isPaused }) => isPaused)).toEqual([false, false]));
    expect((await dags("pause", "--treat-dag-id-as-regex", "(")).exitCode).toBe(2);
  });
});

describe("dags next-execution", () => {
  it.each(["report", "with_params"])("%s: without a scheduler, in Airflow's words", async (dagId) => {
    const { dags } = createProject();
    const { stdout, stderr, exitCode } = await dags("next-execution", dagId, "-n", "3");
    expect(exitCode).toBe(0);
    if (dagId === "with_params") {
      expect(stdout).toBe("None\n");
      expect(stderr).toBe(
        "[WARN] No following schedule can be found. This DAG may have schedule interval '@once' or `None`.\n",
      );
      return;
    }
    const days = stdout
      .trim()
      .split("\n")
      .map((line) => Date.parse(line) / 86_400_000);
    expect(days).toEqual([days[0], days[0]! + 1, days[0]! + 2]);
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT00:00:00\+00:00\n/);
  });

  it("goes on from the last run that was scheduled, also of a paused DAG", async () => {
    const { root, dags } = createProject();
    await dags("trigger", "nightly");
    withStore(root, (store) => addRun(store, "2100-01-01T02:00:00+00:00", { dagId: "nightly" }));
    const { stdout, stderr } = await dags("next-execution", "nightly", "--field", "data_interval.start");
    expect(stdout).toBe("2100-01-02T02:00:00+00:00\n");
    expect(stderr).toBe("[INFO] Please be reminded this DAG is PAUSED now.\n");
  });
});

describe("dags list-runs and state", () => {
  it("list the latest first, narrowed by state, date, kind and number", async () => {
    const { root, dags } = createProject();
    expect((await dags("list-runs", "report")).stdout).toBe("No data found\n");
    const days = ["2026-01-01", "2026-01-02", "2026-01-03"].map((day) => `${day}T00:00:00+00:00`);
    withStore(root, (store) => {
      addRun(store, days[0]!, { state: "success" });
      addRun(store, days[1]!, { state: "failed", conf: { a: [1, "x"], b: {} } });
      addRun(store, days[2]!, { type: "backfill" });
    });
    const listed = async (...args: string[]) => {
      const { stdout } = await dags("list-runs", "report", "-o", "json", ...args);
      return (JSON.parse(stdout) as { logical_date: string }[]).map((run) => days.indexOf(run.logical_date));
    };
    expect(await listed()).toEqual([2, 1, 0]);
    expect(await listed("--state", "failed")).toEqual([1]);
    expect(await listed("--no-backfill")).toEqual([1, 0]);
    expect(await listed("-s", "2026-01-02")).toEqual([2, 1]);
    expect(await listed("-e", "2026-01-02T00:00:00Z")).toEqual([1, 0]);
    expect(await listed("--limit", "1")).toEqual([2]);
    expect((await dags("state", "report", `run of ${days[0]}`)).stdout).toBe("success\n");
    expect((await dags("state", "report", "2026-01-02")).stdout).toBe('failed, {"a": [1, "x"], "b": {}}\n');
    expect((await dags("state", "report", "2026-02-01")).exitCode).toBe(2);
    expect((await dags("list-runs", "reprot")).exitCode).toBe(2);
  });
});

describe("dags delete", () => {
  it("refuses while a run has not ended, then removes runs and logs, and lets the schedule begin anew", async () => {
    const { root, dags, answered } = createProject();
    await dags("trigger", "report", "-r", "waits");
    const log = logFile(root, { dagId: "report", runId: "waits", taskId: "print", tryNumber: 1 });
    mkdirSync(dirname(log), { recursive: true });
    writeFileSync(log, "printed\n");
    const refused = await dags("delete", "report", "-y");
    expect(refused.stderr).toContain(
      "the DAG has runs that have not ended, and nothing was deleted (DAG report): waits",
    );
    expect(refused.exitCode).toBe(2);
    withStore(root, (store) => endRun(store, readDagRuns(store, "report")[0]!.id));
    expect((await answered("n\n", "delete", "report")).stdout).toBe("Cancelled\n");
    expect(existsSync(log)).toBe(true);
    expect((await dags("delete", "report", "-y")).stdout).toBe("Removed 3 record(s)\n");
    expect(existsSync(dirname(log))).toBe(false);
    withStore(root, (store) => {
      expect(readDagRuns(store, "report")).toEqual([]);
      expect(findDag(store, "report")).toBeDefined();
      expect(takeNotices(store).at(-1)).toEqual({ kind: "dag", dagId: "report" });
    });
  });

  it("removes a DAG that no file defines", async () => {
    const { root, dags } = createProject();
    const gone = { dagId: "gone", isPaused: false, isStale: true, file: "dags/gone.ts", definition: "", build: "" };
    withStore(root, (store) => writeDag(store, gone));
    expect((await dags("delete", "gone", "-y")).stdout).toBe("Removed 1 record(s)\n");
    expect((await dags("delete", "gone", "-y")).stderr).toContain('there is no such DAG: "gone"');
  });
});

describe("dags show, details and list-import-errors", () => {
  it("show names a task again below each that leads to it", async () => {
    const { dags } = createProject();
    expect((await dags("show", "slow")).stdout).toBe(
      "slow\n├── slow_handler\n│   └── afterwards\n└── slow_command\n    └── afterwards (above)\n",
    );
    expect((await dags("show", "slow", "--format", "mermaid")).stdout).toBe(
      'flowchart LR\n  task0["slow_handler"]\n  task1["slow_command"]\n  task2["afterwards"]\n  task1 --> task2\n  task0 --> task2\n',
    );
    const rows = JSON.parse((await dags("show", "slow", "-o", "json")).stdout) as unknown[];
    expect(rows[2]).toMatchObject({ task_id: "afterwards", upstream_task_ids: ["slow_command", "slow_handler"] });
    expect((await dags("show", "slow", "--format", "dot", "-o", "json")).exitCode).toBe(2);
  });

  it("details has the settings where the DAG says nothing", async () => {
    const { root } = createProject();
    const environment = { AIRFLOW__CORE__MAX_ACTIVE_RUNS_PER_DAG: "3" };
    const { stdout } = await runCommandLine(["dags", "details", "serial", "-o", "json"], { cwd: root, environment });
    expect(JSON.parse(stdout)).toMatchObject({
      dag_id: "serial",
      max_active_runs: 3,
      max_active_tasks: 1,
      is_paused: null,
    });
  });

  it("list-import-errors names each broken file, and ends with 1", async () => {
    const { root, dags } = createProject();
    expect(await dags("list-import-errors")).toEqual({ exitCode: 0, stdout: "No data found\n", stderr: "" });
    writeFileSync(join(root, "dags", "broken.ts"), "this is no program\n");
    const broken = await dags("list-import-errors", "-o", "json");
    expect(JSON.parse(broken.stdout)).toEqual([
      {
        filepath: "dags/broken.ts",
        error: expect.stringMatching(/^dags\/broken\.ts:1:\d+ import-error .*\n {2}fix: /),
      },
    ]);
    expect(broken.exitCode).toBe(1);
  });
});

interface OldRun {
  readonly dagId?: string;
  readonly type?: string;
  readonly state?: "success" | "failed";
  readonly conf?: JsonObject;
}

function addRun(store: Store, logicalDate: string, { dagId = "report", type = "scheduled", ...asked }: OldRun) {
  const facts = {
    id: `run of ${logicalDate}`,
    type,
    logicalDate,
    dataIntervalStart: logicalDate,
    dataIntervalEnd: logicalDate,
    runAfter: logicalDate,
  };
  const { state = "success", conf = {} } = asked;
  const run = { dagId, facts, conf, definition: "", build: "", isTest: false, queuedAt: logicalDate, tasks: [] };
  endRun(store, createDagRun(store, run)!, state);
}

function endRun(store: Store, run: number, state: "success" | "failed" = "success") {
  const endDate = new Date().toISOString();
  startDagRun(store, run, endDate);
  finishDagRun(store, run, { state, endDate });
}
