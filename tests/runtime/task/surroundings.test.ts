// The document's two ways in, what a handler sees of the environment, and that secrets stay inside.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildProject, copyFixture } from "../../support/built-project.ts";
import { groupOf } from "../../support/processes.ts";
import { runTaskProcess, startTaskProcess } from "../../support/task-process.ts";

let build: string;
beforeAll(async () => {
  build = await buildProject(copyFixture("task-process"));
});

describe("the document", () => {
  it.each([
    ["in the environment", 90_000, false],
    ["in a file, when it is large", 300_000, true],
  ])("%s", async (_, length, inFile) => {
    const document = { xcoms: { big: "ü".repeat(length / 2) } };
    const { exitCode, result } = await runTaskProcess({
      build,
      dagId: "surroundings",
      taskId: "measure_input",
      document,
      inFile,
    });
    expect({ exitCode, length: result?.returnValue }).toEqual({ exitCode: 0, length: length / 2 });
  });

  it("leaves no file behind: it may hold secrets", async () => {
    const task = startTaskProcess({ build, dagId: "ends", taskId: "succeed", inFile: true });
    expect(existsSync(join(task.folder, "document.json"))).toBe(true);
    expect(await task.ended).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(task.folder, "document.json"))).toBe(false);
  });

  it("shows the handler what was declared, and nothing else of Airflow's", async () => {
    const { result } = await runTaskProcess({ build, dagId: "surroundings", taskId: "show_environment", ...declared });
    expect(result!.returnValue).toMatchObject({ names: ["AIRFLOW_CONN_SHOWN", "AIRFLOW_VAR_SHOWN"] });
  });

  it.each([false, true])("is not handed on to the handler's own children (in a file: %s)", async (inFile) => {
    const { result } = await runTaskProcess({
      build,
      dagId: "surroundings",
      taskId: "show_environment",
      inFile,
      ...declared,
    });
    expect(result!.returnValue).toMatchObject({ childHasDocument: false });
  });
});

// A file's text is wherever a value was too large for the environment.
const large = `{"conn_type": "postgres", "extra": {"text": "${"x".repeat(150_000)}"}}`;
const declared = {
  document: { connections: ["shown"], variables: ["shown"] },
  environment: { AIRFLOW_CONN_SHOWN: "postgres://user:generated-4711@host/db", AIRFLOW_VAR_SHOWN: "value" },
};

it("a connection that is too large for the environment is found, and child processes can still be started", async () => {
  const document = { connections: ["shown"], environment: { AIRFLOW_CONN_SHOWN: large } };
  const { result } = await runTaskProcess({
    build,
    dagId: "surroundings",
    taskId: "read_large",
    document,
    inFile: true,
  });
  expect(result).toMatchObject({ outcome: "success", returnValue: { found: "shown", length: 150_000 } });
});

describe("secrets", () => {
  const secret = "p\u00e4ss&w\"ord' 4711/+%";
  const start = {
    build,
    dagId: "surroundings",
    taskId: "print_secrets",
    document: { connections: ["shown"] },
    environment: { AIRFLOW_CONN_SHOWN: JSON.stringify({ conn_type: "postgres", login: "user", password: secret }) },
  };

  it("never leave by stdout, stderr, a stack trace or the result", async () => {
    const { stdout, stderr, result } = await runTaskProcess({ ...start, build });
    const lines = stdout.split("\n").filter((line) => !line.startsWith("base64"));
    expect(lines).toEqual(["plain <***>", "url <***>", 'json <{"secret":"***"}>', "hex <***>", "split <***>", ""]);
    expect(stdout).toMatch(/^base64 <.*\*\*\*.*>$/m);
    expect(stderr).toContain("stderr <***>");
    expect(stderr).toContain("no line end <***>");
    expect(result!.error!.what).toBe("cannot connect with ***");
    const everything = `${stdout}${stderr}${JSON.stringify(result)}`;
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("hex")])
      expect(everything).not.toContain(form);
  });

  it("stand in no command line", async () => {
    const { child, ended } = startTaskProcess({ ...start, build, taskId: "start_child" });
    await new Promise((resolve) => child.stdout!.once("data", resolve));
    const commands = groupOf(child.pid!).map(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    expect(commands).toHaveLength(2);
    expect(commands.join()).not.toMatch(/4711|AIRFLOW|DAGWRIGHT/);
    process.kill(-child.pid!, "SIGKILL");
    await ended;
  });
});
