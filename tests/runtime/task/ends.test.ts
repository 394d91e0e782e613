// The ends of a task process: exit code, result file, what it says.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { maxXComDepth } from "../../../runtime/task/to-xcom.ts";
import { buildProject, copyFixture, createFolder } from "../../support/built-project.ts";
import { runTaskProcess, startTaskProcess, type TaskEnd, taskMainOf } from "../../support/task-process.ts";

let build: string;
beforeAll(async () => {
  build = await buildProject(copyFixture("task-process"));
});
const run = (taskId: string, more: object = {}): Promise<TaskEnd> =>
  runTaskProcess({ build, dagId: "ends", taskId, ...more });

describe("every end has its exit code and a result that says the same", () => {
  const rows: readonly [string, number, string, string | null][] = [
    ["succeed", 0, "success", null],
    ["leave_things_open", 0, "success", null],
    ["throw_error", 1, "failed", "thrown at once"],
    ["throw_from_import", 1, "failed", "thrown in another file"],
    ["throw_later", 1, "failed", "thrown later"],
    ["reject_unheard", 1, "failed", "nobody awaits it"],
    ["throw_in_timer", 1, "failed", "thrown in a timer"],
    ["throw_text", 1, "failed", "only a text"],
    ["fail_for_good", 98, "failed", "no use in trying again"],
    ["skip", 99, "skipped", "nothing to do"],
    ["exit_with_0", 1, "failed", "the task's code ended its process with process.exit(0)"],
    ["exit_with_99", 1, "failed", "the task's code ended its process with process.exit(99)"],
    ["wait_for_nothing", 1, "failed", "the task waits for something that can never happen"],
  ];
  it.each(rows)("%s ends with %i", async (taskId, exitCode, outcome, what) => {
    const { result, ...end } = await run(taskId);
    expect(end).toMatchObject({ exitCode, signal: null });
    expect(result).toMatchObject({ outcome });
    expect(result!.error?.what ?? null).toBe(what);
    if (what !== null) expect(`${end.stdout}${end.stderr}`).toContain(what);
  });

  it("an error that we know keeps its four parts", async () => {
    const { exitCode, result, stderr } = await run("ask_for_undeclared");
    expect(exitCode).toBe(98);
    expect(result!.error).toEqual({
      what: '"nowhere" is not among the connections that the task declared',
      where: "DAG ends, task ask_for_undeclared",
      found: "declared: none",
      remedy: 'Add connections: ["nowhere"] to the task\'s third argument',
    });
    expect(stderr).toMatch(/^error: "nowhere" is not among .*\n$/);
  });
});

describe("the stack trace points at the line in the author's file", () => {
  it.each([
    ["throw_error", "dags/ends.ts:11:9"],
    ["throw_from_import", "shared/throw-from-import.ts:4:9"],
    ["throw_later", "dags/ends.ts:16:9"],
    ["reject_unheard", "dags/ends.ts:19:23"],
    ["throw_in_timer", "dags/ends.ts:24:11"],
  ])("%s: %s", async (taskId, place) => {
    const { stderr } = await run(taskId);
    expect(stderr).toContain(place);
    expect(stderr).not.toContain(build);
  });
});

describe("what was set as an XCom travels, whatever the end", () => {
  it.each([
    ["skip", { before: [1] }],
    ["fail_after_xcom", { before: { rows: 1 } }],
  ])("%s", async (taskId, xcoms) => {
    expect((await run(taskId)).result).toMatchObject({ xcoms, returnValue: null });
  });
});

describe("a result that cannot be written is said, and fails the task instead of letting it hang", () => {
  it.each(["leave_things_open", "throw_in_timer", "skip", "exit_with_0"])("%s", async (taskId) => {
    const { exitCode, signal, stderr } = await run(taskId, { document: { resultFile: "/nowhere/result.json" } });
    expect({ exitCode, signal }).toEqual({ exitCode: 1, signal: null });
    expect(stderr).toMatch(
      /^error: the task's result cannot be written \(\/nowhere\/result\.json\): ENOENT.*\. See that the folder is there/m,
    );
  });
});

it("what a task prints arrives whole, however slowly it is read", async () => {
  const { child, ended } = startTaskProcess({ build, dagId: "ends", taskId: "print_much" });
  child.stdout!.pause();
  setTimeout(() => child.stdout!.resume(), 500);
  const { stdout, stderr, exitCode } = await ended;
  expect({ exitCode, length: stdout.length, stderr }).toEqual({
    exitCode: 0,
    length: 5_000_000,
    stderr: "the last line on stderr\n",
  });
});

it("half a character in an error's text does not travel", async () => {
  const { result } = await run("half_a_message", { dagId: "values" });
  expect(result!.error!.what).toBe("half of a smile: \ufffd");
});

describe("a value that Airflow does not carry fails for good and names the place", () => {
  it.each([
    ["bigint", "the returned value, $.rows[0].id", "bigint 1"],
    ["cycle", "the returned value, $.friends[0]", "a cycle: it holds itself"],
    ["map", "the returned value, $.counts", "Map"],
    ["nan", "the returned value, $[1]", "number NaN"],
    ["function", "the returned value, $.callback", "function later"],
    ["symbol", "the returned value", "symbol Symbol(mark)"],
    ["xcom_bigint", "XCom total, $.sum", "bigint 1"],
    ["deep", `the returned value, $${"[0]".repeat(maxXComDepth)}`, `more than ${maxXComDepth} levels`],
    ["from_to_json", "the returned value, $.at.ms", "bigint 1"],
  ])("%s is no JSON", async (taskId, where, found) => {
    const { exitCode, result } = await run(taskId, { dagId: "values" });
    expect(exitCode).toBe(98);
    expect(result!.error).toMatchObject({ what: "an XCom is plain JSON", where, found });
  });

  it.each([
    ["classname", "the returned value, $.rows[3].__classname__", "the key __classname__, which Airflow keeps"],
    ["id", 'the returned value, $["a b"].__id__', "the key __id__, which Airflow keeps"],
    ["type_and_var", "the returned value, $[0].__type", "the key __type, which Airflow keeps"],
    ["unsafe_integer", "XCom total, $.sum", "9007199254740992, an integer that a number of JavaScript"],
    ["lone_surrogate", "the returned value, $[0]", "a text with a lone surrogate"],
    ["lone_surrogate_in_key", 'the returned value, $["\\ud800"]', "a key with a lone surrogate"],
    ["nul", "the returned value", "a text with a NUL character"],
    ["nul_in_key", 'the returned value, $["a\\u0000b"]', "a key with a NUL character"],
  ])("%s is refused by Airflow or its database", async (taskId, where, found) => {
    const { exitCode, result } = await run(taskId, { dagId: "values" });
    expect(exitCode).toBe(98);
    expect(result!.error).toMatchObject({
      what: "an XCom holds what Airflow does not carry",
      where,
      found: expect.stringContaining(found),
    });
  });

  it("a value above the limit names size and limit", async () => {
    const { exitCode, result } = await run("too_large", { dagId: "values" });
    expect({ exitCode, error: result!.error }).toEqual({
      exitCode: 98,
      error: {
        what: "an XCom has at most 16,777,216 bytes",
        where: "XCom rows",
        found: "16,777,217 bytes as JSON",
        remedy: "Write it to a file or a table, and return where it is",
      },
    });
  });

  it.each([
    ["odd_key", '"../a"'],
    ["own_key", '"__proto__"'],
    ["long_key", "513 characters"],
  ])("%s is no key of an XCom", async (taskId, found) => {
    const { exitCode, result } = await run(taskId, { dagId: "values" });
    expect(exitCode).toBe(98);
    expect(result!.error).toMatchObject({ what: "an XCom's key cannot be used", found });
  });

  it.each([
    ["undefined", null],
    ["date", { at: "1970-01-01T00:00:00.000Z", gaps: [null, 1] }],
    ["shared", [{ same: true }, { same: true }]],
    ["nearly_reserved", { __type: "a", __version__: 1, nested: { __var: 2 } }],
    ["exponent", [1e21, -1.5e300, 9007199254740991]],
  ])("but %s is taken", async (taskId, returnValue) => {
    expect((await run(taskId, { dagId: "values" })).result).toMatchObject({ outcome: "success", returnValue });
  });
});

describe("a build that does not fit", () => {
  it("another definition may be repeated and says what to do", async () => {
    const { exitCode, result } = await run("succeed", { document: { definition: "0".repeat(64) } });
    expect(exitCode).toBe(1);
    expect(result!.error).toMatchObject({
      what: "the DAG file and the build beside it do not belong together",
      where: "DAG ends",
      found: expect.stringMatching(/^definition 000000000000 in the DAG file, [0-9a-f]{12} in the manifest$/),
      remedy: "Rebuild and deploy the whole dags folder",
    });
  });

  it("an unknown DAG is the same", async () => {
    const { exitCode, result } = await run("succeed", { dagId: "unheard_of" });
    expect(exitCode).toBe(1);
    expect(result!.error).toMatchObject({
      where: "DAG unheard_of",
      found: expect.stringContaining("none in the manifest"),
    });
  });

  it.each([
    ["half a file", '{"version": 1, "da'],
    ["another version", '{"version": 2, "dags": []}'],
    ["no object", "null"],
  ])("a damaged manifest (%s) may be repeated", async (_, text) => {
    const damaged = await buildProject(copyFixture("task-process"));
    const start = { build: damaged, dagId: "ends", taskId: "succeed", document: { definition: "x" } };
    const starting = startTaskProcess(start);
    writeFileSync(join(damaged, "dags", "dagwright", "manifest.json"), text);
    const { exitCode, result } = await starting.ended;
    expect(exitCode).toBe(1);
    expect(result!.error).toMatchObject({
      what: "the build is missing or damaged",
      remedy: "Run `npx dagwright build` and deploy the whole dags folder",
    });
  });
});

describe("without a document", () => {
  const start = async (environment: NodeJS.ProcessEnv) => {
    const { spawnSync } = await import("node:child_process");
    const { DAGWRIGHT_TASK: _, ...inherited } = process.env;
    const env = { ...inherited, ...environment };
    return spawnSync(process.execPath, [taskMainOf(build)], { env, cwd: createFolder(), encoding: "utf8" });
  };
  it.each([
    [{}, 98, "it is started by Airflow or by dagwright, not by hand"],
    [
      { DAGWRIGHT_TASK_FILE: "/nowhere/document.json" },
      1,
      "the task's document cannot be read (/nowhere/document.json): ENOENT",
    ],
    [{ DAGWRIGHT_TASK: '{"secret' }, 1, "(environment variable DAGWRIGHT_TASK): 8 characters that are no JSON"],
  ])("%j ends with %i and one line", async (environment, status, text) => {
    const end = await start(environment);
    expect(end.status).toBe(status);
    expect(end.stderr).toContain(text);
    expect(end.stderr.trim().split("\n")).toHaveLength(1);
  });
});
