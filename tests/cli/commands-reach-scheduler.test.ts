// What commands write while a scheduler has the DAGs in its memory: it acts on it at its next step.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { storeFile } from "../../cli/state-folder.ts";
import { readManifest } from "../../runtime/manifest.ts";
import { createScheduler } from "../../runtime/scheduler/scheduler.ts";
import { readSettings } from "../../runtime/settings.ts";
import { readDagRuns } from "../../runtime/store/dag-runs.ts";
import { openStore } from "../../runtime/store/open-store.ts";
import { createFolder } from "../support/built-project.ts";
import { mainModule, runCommandLine } from "../support/command-line.ts";

it("a triggered run waits while the DAG is paused, and runs once it is not; a deleted past is forgotten", async () => {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  writeFileSync(
    join(root, "dags", "hollow.ts"),
    `import { Dag } from "dagwright";
const dag = new Dag("hollow", { schedule: "@daily", startDate: "2026-01-01", catchup: true, endDate: "2026-01-02", tags: ["t"], defaultArgs: { retries: 2 } });
dag.empty("nothing");
`,
  );
  const dags = async (...args: string[]) => {
    const { exitCode, stderr } = await runCommandLine(["dags", ...args], { cwd: root });
    expect([exitCode, stderr.replaceAll(/^note: .*\n/gm, "")]).toEqual([0, ""]);
  };
  const refuse = () => {
    throw new Error("an empty task has no process");
  };
  const store = openStore(storeFile(root));
  const scheduler = await createScheduler({
    store,
    clock: Date.now,
    spawner: { start: refuse, adopt: refuse, forget: () => {}, endStrays: async () => {} },
    settings: readSettings({}),
    readManifest,
    report: () => {},
    ring: () => {},
  });
  const runs = () => {
    scheduler.step();
    return readDagRuns(store, "hollow").map(({ facts, state }) => `${facts.id} ${state}`);
  };
  try {
    expect(runs()).toEqual([]);
    await dags("trigger", "hollow", "-r", "mine");
    expect(runs()).toEqual(["mine queued"]);
    await dags("unpause", "hollow");
    const scheduled = ["2", "1"].map((day) => `scheduled__2026-01-0${day}T00:00:00+00:00 success`);
    expect(runs()).toEqual([...scheduled, "mine success"]);
    await dags("delete", "hollow", "-y");
    expect(runs()).toEqual(scheduled);
    await dags("pause", "hollow");
    await dags("delete", "hollow", "-y");
    expect(runs()).toEqual([]);
  } finally {
    store.close();
  }
});

it("a scheduler's process runs what was triggered, with the store's variables as they are then, their secrets masked", async () => {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  writeFileSync(
    join(root, "dags", "told.ts"),
    `import { Dag, getClient } from "dagwright";
const dag = new Dag("told", { tags: ["t"], isPausedUponCreation: false });
dag.task("tell", async () => console.log("it is", await getClient().getVariable("api_token")), { variables: ["api_token"] })();
`,
  );
  const command = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runCommandLine(args, { cwd: root });
    expect([args, exitCode, exitCode === 0 ? "" : stderr]).toEqual([args, 0, ""]);
    return stdout;
  };
  await command("variables", "set", "api_token", "generated-4711");
  await command("dags", "trigger", "told", "-r", "before");

  const scheduler = spawn(process.execPath, [mainModule, "scheduler"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void scheduler.kill("SIGKILL"));
  const said = createWaiter(scheduler.stdout);
  await said(/told {2}before {2}success/);
  expect(await command("jobs", "check", "--local")).toBe("Found one alive job.\n");
  await command("variables", "set", "api_token", "generated-0815-longer");
  await command("dags", "trigger", "told", "-r", "after");
  await said(/told {2}after {2}success/);
  for (const run of ["before", "after"]) expect(await command("dags", "state", "told", run)).toBe("success\n");
  expect(await command("tasks", "logs", "told", "tell", "after")).toBe("it is ***\n");
  const ended = once(scheduler, "exit");
  scheduler.kill("SIGTERM");
  await ended;
  expect((await runCommandLine(["jobs", "check"], { cwd: root })).stderr).toBe("No alive jobs found.\n");
});

/** Resolves once the output so far has it. */
function createWaiter(output: NodeJS.ReadableStream) {
  let text = "";
  output.setEncoding("utf8");
  output.on("data", (more: string) => {
    text += more;
  });
  return async (wanted: RegExp) => {
    while (!wanted.test(text)) await once(output, "data");
  };
}
