// The store: its schema guards the states, a stale change changes nothing, and what was written survives its writer.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { dagRunStates, taskStates } from "../../../runtime/dag/states.ts";
import { KnownError } from "../../../runtime/errors.ts";
import { createDagRun, findDagRun, finishDagRun } from "../../../runtime/store/dag-runs.ts";
import { migrations } from "../../../runtime/store/migrations.ts";
import { explainOpenError, openStore, type Store } from "../../../runtime/store/open-store.ts";
import { loadSqlite } from "../../../runtime/store/sqlite.ts";
import { endTask, readTaskInstances, settleTask, startTask } from "../../../runtime/store/task-instances.ts";
import { readAllXComs, readXCom, returnValueKey, writeXComs } from "../../../runtime/store/xcoms.ts";
import { createFolder } from "../../support/built-project.ts";

const moment = "2026-01-01T00:00:00.000Z";

function open(file = join(createFolder(), "state", "dagwright.db")): Store {
  const store = openStore(file);
  onTestFinished(() => void store.close());
  return store;
}

function createRun(store: Store, id = "manual__1", taskIds: readonly string[] = ["a", "b"]): number {
  const facts = {
    id,
    type: "manual",
    logicalDate: null,
    dataIntervalStart: null,
    dataIntervalEnd: null,
    runAfter: moment,
  };
  const run = { dagId: "made", facts, conf: { limit: 10 }, definition: "abc", build: "/build", queuedAt: moment };
  const tasks = taskIds.map((id) => ({ id, retries: 0 }));
  return createDagRun(store, { ...run, isTest: true, tasks })!;
}

const firstTry = { taskId: "a", tryNumber: 1, startDate: moment };
const firstEnd = {
  taskId: "a",
  tryNumber: 1,
  state: "success",
  nextTryAt: null,
  error: null,
  endDate: moment,
} as const;

const stateOf = (store: Store, run: number, taskId = "a") =>
  readTaskInstances(store, run).find((row) => row.taskId === taskId)!;

describe("opening", () => {
  it("creates the folder, brings the schema up to date, and keeps what is there", () => {
    const file = join(createFolder(), "new", "folder", "dagwright.db");
    const store = open(file);
    const run = createRun(store);
    expect(store.pragma("user_version", { simple: true })).toBe(migrations.length);
    expect(store.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(readTaskInstances(open(file), run)).toHaveLength(2);
  });

  it("brings a store of before up to date, with all that is in it", () => {
    const file = join(createFolder(), "dagwright.db");
    const old = new (loadSqlite())(file);
    old.exec(migrations[0]!);
    old.pragma("user_version = 1");
    old.exec(`
      INSERT INTO dag_run VALUES (7, 'made', 'manual__1', 'manual', 'failed', '${moment}', NULL, NULL, '${moment}', '{}', 'abc', '/build', '${moment}', '${moment}');
      INSERT INTO task_instance VALUES (7, 'a', -1, 'up_for_retry', 2, '${moment}', '${moment}', 5, 'x');
      INSERT INTO xcom VALUES (7, 'a', -1, 'return_value', '1');
    `);
    old.close();

    const store = open(file);
    expect(findDagRun(store, "made")).toMatchObject({ id: 7, isTest: true, state: "failed", queuedAt: moment });
    expect(readTaskInstances(store, 7)).toMatchObject([
      { taskId: "a", state: "up_for_retry", tryNumber: 2, nextTryAt: 5 },
    ]);
    expect(readAllXComs(store, 7)).toEqual({ a: { return_value: 1 } });
    expect(store.pragma("foreign_key_check")).toEqual([]);
    // What was deleted frees no number: folders of tries are named by them.
    store.exec("DELETE FROM dag_run");
    expect(createRun(store)).toBe(8);
  });

  it("refuses a store that a newer dagwright wrote, and leaves it as it is", () => {
    const file = join(createFolder(), "dagwright.db");
    open(file).pragma(`user_version = ${migrations.length + 1}`);
    expect(() => openStore(file)).toThrow(
      `the store was written by a newer dagwright (${file}): version ${migrations.length + 1}, this one knows ${migrations.length}. Update dagwright`,
    );
  });

  it("says so when the file is no store", () => {
    const file = join(createFolder(), "dagwright.db");
    writeFileSync(file, "this is a text, and long enough to be looked at by SQLite".repeat(50));
    expect(() => openStore(file)).toThrow(KnownError);
    expect(() => openStore(file)).toThrow(`the store cannot be opened (${file}): file is not a database. Move it away`);
  });

  it("says so when it cannot be created", () => {
    const folder = createFolder();
    mkdirSync(join(folder, "dagwright.db"));
    expect(() => openStore(join(folder, "dagwright.db"))).toThrow(/^the store cannot be opened \(.*\): /);
  });

  it.each([
    [{ code: "ERR_DLOPEN_FAILED" }, "was compiled against a different Node.js version using NODE_MODULE_VERSION 115"],
    [{}, "Could not locate the bindings file. Tried: …"],
    [{ code: "MODULE_NOT_FOUND" }, "Cannot find module 'better-sqlite3-node-api'\nRequire stack: …"],
  ])("says what to do when the native module does not fit (%j)", (properties, message) => {
    const explained = explainOpenError(Object.assign(new Error(message), properties), "/project/dagwright.db");
    expect(explained).toMatchObject({
      trouble: {
        what: "the SQLite module was not installed for this Node",
        found: `Node ${process.version}`,
        remedy: expect.stringMatching(/^Run `npm (install|rebuild better-sqlite3)` with the Node that runs dagwright/),
        isRetryable: false,
      },
    });
  });

  it("by several processes at the same time makes one store", async () => {
    const file = join(createFolder(), "dagwright.db");
    const ends = await Promise.all(Array.from({ length: 6 }, () => runWriter(file, 1)));
    expect(ends).toEqual(Array(6).fill(0));
    expect(open(file).prepare("SELECT count(*) AS runs FROM dag_run").get()).toEqual({ runs: 6 });
  });
});

describe("the schema", () => {
  const cases: readonly [string, string][] = [
    ["a state that no task instance has", "UPDATE task_instance SET state = 'finished'"],
    ["no state", "UPDATE task_instance SET state = NULL"],
    ["a next try without waiting for one", "UPDATE task_instance SET next_try_at = 1"],
    ["waiting for a try without its moment", "UPDATE task_instance SET state = 'up_for_retry'"],
    ["a state that no dag run has", "UPDATE dag_run SET state = 'skipped'"],
    ["conf that is no JSON", "UPDATE dag_run SET conf = '{limit: 10'"],
    ["an XCom that is no JSON", "INSERT INTO xcom (run, task_id, key, value) VALUES (1, 'a', 'key', 'text')"],
    ["a task instance of no run", "INSERT INTO task_instance (run, task_id, state) VALUES (99, 'a', 'none')"],
    [
      "a second run of the same id",
      "INSERT INTO dag_run SELECT 99, dag_id, run_id, run_type, state, logical_date, data_interval_start, data_interval_end, run_after, conf, definition, build, is_test, backfill, sort_ordinal, clear_number, queued_at, start_date, end_date, test_pid, test_hostname FROM dag_run",
    ],
  ];
  it.each(cases)("refuses %s", (_, statement) => {
    const store = open();
    createRun(store);
    expect(() => store.exec(statement)).toThrow(/constraint failed/);
  });

  it.each([
    ["task_instance", taskStates],
    ["dag_run", dagRunStates],
  ])("has in %s the states of the code's own table, in its newest form", (table, states) => {
    const row = open().prepare("SELECT sql FROM sqlite_master WHERE name = ?").get(table) as { sql: string };
    const [, list] = /state TEXT NOT NULL CHECK \(state IN \((.*?)\)\)/.exec(row.sql)!;
    expect(list!.split(", ")).toEqual(states.map((state) => `'${state}'`));
  });
});

describe("a stale change changes nothing", () => {
  it.each([
    [
      "a start of a task that runs",
      (store: Store, run: number) => startTask(store, run, { taskId: "a", tryNumber: 2, startDate: moment }),
    ],
    [
      "a settling of a task that runs",
      (store: Store, run: number) =>
        settleTask(store, run, { taskId: "a", state: "skipped", tryNumber: 0, endDate: moment }),
    ],
    [
      "the end of another try",
      (store: Store, run: number) => endTask(store, run, { ...firstEnd, tryNumber: 2, state: "failed", error: "x" }),
    ],
  ])("%s", (_, change) => {
    const store = open();
    const run = createRun(store);
    startTask(store, run, firstTry);
    writeXComs(store, { run, taskId: "a" }, { kept: 1 });
    change(store, run);
    expect(stateOf(store, run)).toMatchObject({ state: "running", tryNumber: 1, error: null });
    expect(readXCom(store, { run, taskId: "a", key: "kept" })).toBe(1);
  });

  it("an end is told whether it counted", () => {
    const store = open();
    const run = createRun(store);
    startTask(store, run, firstTry);
    expect(endTask(store, run, firstEnd)).toBe(true);
    expect(endTask(store, run, firstEnd)).toBe(false);
  });

  it("a run that has ended does not end again", () => {
    const store = open();
    const run = createRun(store);
    finishDagRun(store, run, { state: "failed", endDate: moment });
    finishDagRun(store, run, { state: "success", endDate: moment });
    expect(findDagRun(store, "made")).toMatchObject({ state: "failed", conf: { limit: 10 }, build: "/build" });
  });
});

describe("XComs", () => {
  it("a null return value is none; everything else comes back as it was, a null under another name, too", () => {
    const store = open();
    const run = createRun(store);
    const xcoms = { none: null, zero: 0, empty: "", no: false, list: [1, null, { a: "ü\u0000😀" }] };
    writeXComs(store, { run, taskId: "a" }, { ...xcoms, return_value: null });
    expect(readAllXComs(store, run)).toEqual({ a: xcoms });
    expect(readXCom(store, { run, taskId: "a", key: returnValueKey })).toBeNull();
  });

  it("those of the try before are gone when the next one starts", () => {
    const store = open();
    const run = createRun(store);
    startTask(store, run, firstTry);
    writeXComs(store, { run, taskId: "a" }, { key: 1 });
    endTask(store, run, { ...firstEnd, state: "up_for_retry", nextTryAt: 1, error: "x" });
    expect(readXCom(store, { run, taskId: "a", key: "key" })).toBe(1);
    startTask(store, run, { ...firstTry, tryNumber: 2 });
    expect(readAllXComs(store, run)).toEqual({});
    expect(stateOf(store, run)).toMatchObject({ state: "running", nextTryAt: null, error: null });
  });
});

it("what was written is there after the writer was killed", async () => {
  const file = join(createFolder(), "dagwright.db");
  const writer = spawn(process.execPath, [writerModule, file, "1000000"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let written = 0;
  await new Promise<void>((resolve) => {
    writer.stdout.setEncoding("utf8").on("data", (text: string) => {
      written = Number(text.trim().split("\n").at(-1));
      if (written >= 20) resolve();
    });
  });
  writer.kill("SIGKILL");
  await once(writer, "exit");
  const store = open(file);
  const { runs } = store.prepare("SELECT count(*) AS runs FROM dag_run").get() as { runs: number };
  expect(runs).toBeGreaterThanOrEqual(written);
  expect(store.prepare("SELECT count(*) AS tasks FROM task_instance").get()).toEqual({ tasks: 2 * runs });
  expect(store.pragma("integrity_check", { simple: true })).toBe("ok");
  expect(createRun(store, "after")).toBeGreaterThan(0);
});

const writerModule = fileURLToPath(new URL("store-writer.mjs", import.meta.url));

async function runWriter(file: string, runs: number): Promise<number | null> {
  const writer = spawn(process.execPath, [writerModule, file, String(runs)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(writer, "exit")) as [number | null];
  return code;
}
