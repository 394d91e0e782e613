// Node tasks: what reaches the task process, what its end means, and how many processes it takes.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type StartedAttempt, startBuilt } from "../../support/attempt.ts";
import { buildProject, copyFixture } from "../../support/built-project.ts";
import { groupOf } from "../../support/processes.ts";

let build: string;
beforeAll(async () => {
  build = await buildProject(copyFixture("task-process"));
});

const start = (dagId: string, taskId: string, more: object = {}): StartedAttempt =>
  startBuilt({ build, dagId, taskId }, more);

describe("what the end means", () => {
  it.each([
    ["succeed", "success", false, null, { value: 1 }],
    ["skip", "skipped", false, "nothing to do", null],
    ["throw_error", "failed", true, "thrown at once", null],
    ["fail_for_good", "failed", false, "no use in trying again", null],
    ["exit_with_0", "failed", true, "the task's code ended its process with process.exit(0)", null],
  ] as const)("%s", async (taskId, outcome, isRetryable, error, returnValue) => {
    expect(await start("ends", taskId).ended).toMatchObject({ outcome, isRetryable, error, returnValue });
  });

  it("a process that was killed may be tried again", async () => {
    const attempt = start("ends", "block");
    await attempt.logged("ready");
    process.kill(nodeOf(attempt), "SIGKILL");
    expect(await attempt.ended).toMatchObject({
      outcome: "failed",
      isRetryable: true,
      error: "the task process ended without a result (SIGKILL: by hand, or because the machine ran out of memory)",
    });
  });
});

const airflow = {
  AIRFLOW_CONN_SHOWN: "postgres://user:generated-4711@host/db",
  AIRFLOW_CONN_HIDDEN: "postgres://user:generated-4712@host/db",
  AIRFLOW_VAR_SHOWN: "yes",
  AIRFLOW_VAR_HIDDEN: "no",
  AIRFLOW__CORE__FERNET_KEY: "generated-4713",
  AIRFLOW_HOME: "/home/airflow",
};

describe("the environment", () => {
  it("has what the task declared, and nothing else that Airflow would keep from it", async () => {
    const attempt = start("surroundings", "show_environment", { environment: { ...process.env, ...airflow } });
    const { returnValue } = await attempt.ended;
    expect(returnValue).toMatchObject({
      names: expect.arrayContaining(["AIRFLOW_CONN_SHOWN", "AIRFLOW_VAR_SHOWN", "AIRFLOW_HOME", "AIRFLOW_CTX_DAG_ID"]),
    });
    expect(JSON.stringify(returnValue)).not.toMatch(/HIDDEN|FERNET/);
  });

  it("without a declared connection fails at once, with one sentence in the log", async () => {
    const attempt = start("surroundings", "show_environment", { environment: { PATH: process.env["PATH"] } });
    expect(await attempt.ended).toMatchObject({ outcome: "failed", isRetryable: false });
    expect(attempt.log()).toMatch(/^error: the connection shown does not exist .*Add a line to \.env: .*\n$/);
  });

  it("hands over a connection that is too large for it", async () => {
    const large = JSON.stringify({ conn_type: "postgres", extra: { text: "x".repeat(150_000) } });
    const environment = { ...process.env, AIRFLOW_CONN_SHOWN: large };
    const attempt = start("surroundings", "read_large", { environment });
    expect(await attempt.ended).toMatchObject({ outcome: "success", returnValue: { length: 150_000 } });
  });
});

it.each([10, 300_000])("an input of %i characters arrives", async (length) => {
  const attempt = start("surroundings", "measure_input", { xcoms: { big: "x".repeat(length) } });
  expect(await attempt.ended).toMatchObject({ outcome: "success", returnValue: length });
});

it("params are the DAG's, overridden by the run's conf", async () => {
  const environment = { ...process.env, ...airflow };
  const attempt = start("surroundings", "show_environment", { environment, conf: { limit: 5 } });
  expect((await attempt.ended).returnValue).toMatchObject({ context: { limit: 5, name: "default" } });
});

describe("the cost of a task", () => {
  it("is one Node process; beside it only the shell that writes down its end", async () => {
    const attempt = start("ends", "block");
    await attempt.logged("ready");
    const commands = groupOf(leaderOf(attempt)).map(({ command }) => command.split(" ")[0]!.split("/").at(-1));
    expect(commands.sort()).toEqual(["node", "sh", "sh"]);
    const threads = readFileSync(`/proc/${nodeOf(attempt)}/status`, "utf8");
    expect(threads).toMatch(/^Threads:/m);
    process.kill(-leaderOf(attempt), "SIGKILL");
    await attempt.ended;
  });

  it("loads no driver and no other package before a handler asks for one", () => {
    const chunks = join(build, "dags", "dagwright", "chunks");
    const entry = readFileSync(join(build, "dags", "dagwright", "task-main.mjs"), "utf8");
    const reached = reachedFrom(chunks, /"\.\/chunks\/(.+?)"/.exec(entry)![1]!);
    const sources = [...reached].flatMap((chunk) => {
      const map = JSON.parse(readFileSync(join(chunks, `${chunk}.map`), "utf8")) as { sources: string[] };
      return map.sources;
    });
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.filter((source) => /node_modules|connections\/postgres|streams|operators/.test(source))).toEqual([]);
  });
});

/** Everything that a chunk imports statically, itself too. */
function reachedFrom(folder: string, chunk: string, seen = new Set<string>()): Set<string> {
  if (seen.has(chunk)) return seen;
  seen.add(chunk);
  const text = readFileSync(join(folder, chunk), "utf8");
  for (const [, next] of text.matchAll(/^(?:import|export)?[^\n]*from "\.\/(.+?\.mjs)"|^import "\.\/(.+?\.mjs)"/gm)) {
    if (next) reachedFrom(folder, next, seen);
  }
  return seen;
}

function leaderOf(attempt: StartedAttempt): number {
  return attempt.pid!;
}

function nodeOf(attempt: StartedAttempt): number {
  return groupOf(leaderOf(attempt)).find(({ command }) => /task-main\.mjs/.test(command) && !/^sh /.test(command))!.pid;
}
