// What a running scheduler takes from the project's files: pools when it starts, secrets as they are when it says something.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createFolder } from "../../support/built-project.ts";
import { runCommandLine } from "../../support/command-line.ts";
import { endsEverything, type RunningScheduler, runs, startScheduler } from "../../support/scheduler-process.ts";

const secret = "generated-4711-secret";

function createProject(files: Readonly<Record<string, string>>) {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  endsEverything(root);
  const command = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runCommandLine(args, { cwd: root });
    expect([args, exitCode, exitCode === 0 ? "" : stderr]).toEqual([args, 0, ""]);
    return stdout;
  };
  return { root, command };
}

async function end(scheduler: RunningScheduler): Promise<void> {
  scheduler.signal("SIGTERM");
  expect(await scheduler.ended).toMatchObject({ exitCode: 143 });
}

it("puts the pools of airflow_settings.yaml into the store that it does not have", async () => {
  const pools = (slots: number) => `airflow:
  pools:
    - { pool_name: films, pool_slot: ${slots}, pool_description: three at once }
    - { pool_name: kept, pool_slot: 2 }
`;
  const { root, command } = createProject({ "airflow_settings.yaml": pools(3) });
  await command("pools", "set", "kept", "5", "by hand");
  const listed = async () => JSON.parse(await command("pools", "list", "-o", "json")) as unknown;
  const first = startScheduler(root, { args: [] });
  expect((await first.until(({ text }) => text?.startsWith("pools") === true)).text).toBe(
    "pools of airflow_settings.yaml that the store did not have: films",
  );
  const found = [
    { pool: "default_pool", slots: 128, description: "Default pool" },
    { pool: "films", slots: 3, description: "three at once" },
    { pool: "kept", slots: 5, description: "by hand" },
  ];
  expect(await listed()).toEqual(found);
  await end(first);
  writeFileSync(join(root, "airflow_settings.yaml"), pools(9));
  const second = startScheduler(root, { args: [] });
  await second.until(runs);
  expect(await listed()).toEqual(found);
  await end(second);
});

it("refuses a pool that cannot be one, and leaves nothing behind", async () => {
  const { root } = createProject({
    "airflow_settings.yaml": "airflow: { pools: [{ pool_name: a, pool_slot: -7 }] }\n",
  });
  const { exitCode, stderr } = await startScheduler(root, { args: [] }).ended;
  expect(exitCode).toBe(2);
  expect(stderr).toContain("that cannot be a pool (airflow_settings.yaml): -7 slots in a");
});

it("masks secrets that came while it runs, and goes on masking those that went", async () => {
  const { root, command } = createProject({
    "dags/telltale.ts": `import { Dag } from "dagwright";
const dag = new Dag("telltale", { tags: ["t"], isPausedUponCreation: false });
dag.task("tell", () => { throw new Error("no luck with " + ["${secret.slice(0, 9)}", "${secret.slice(9)}"].join("")); })();
`,
  });
  const scheduler = startScheduler(root, { args: [] });
  const errorOf = async (run: string) => {
    await command("dags", "trigger", "telltale", "-r", run);
    return (await scheduler.until(({ runId, taskId, error }) => runId === run && taskId === "tell" && !!error)).error;
  };
  expect(await errorOf("before")).toBe(`no luck with ${secret}`);
  writeFileSync(join(root, ".env"), `AIRFLOW_CONN_LATE='postgres://me:${secret}@host/db'\n`);
  expect(await errorOf("with")).toBe("no luck with ***");
  writeFileSync(join(root, ".env"), "AIRFLOW_CONN_LATE='half of an edit\n");
  expect(await errorOf("meanwhile")).toMatch(/\.env/);
  writeFileSync(join(root, ".env"), "");
  expect(await errorOf("after")).toBe("no luck with ***");
  await end(scheduler);
});
