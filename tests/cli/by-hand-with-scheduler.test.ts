// Commands beside a running scheduler, with real processes: what is cleared or marked while it runs is ended, and what follows comes.

import { type ChildProcess, spawn } from "node:child_process";
import { on, once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { createFolder } from "../support/built-project.ts";
import { mainModule, runCommandLine } from "../support/command-line.ts";

let root: string;
beforeAll(() => {
  root = createFolder();
  mkdirSync(join(root, "dags"));
  // The first try goes on until it is ended.
  writeFileSync(
    join(root, "dags", "held.ts"),
    `import { Dag } from "dagwright";
const dag = new Dag("held", { schedule: null, startDate: "2024-01-01", tags: ["t"], isPausedUponCreation: false, defaultArgs: { retries: 0 } });
const hold = dag.bash("hold", 'echo "this is try $AIRFLOW_CTX_TRY_NUMBER"; test "$AIRFLOW_CTX_TRY_NUMBER" -gt 1 || sleep 300');
dag.bash("after", "echo done").after(hold);
`,
  );
});
const command = async (...args: string[]) => {
  const ended = await runCommandLine(args, { cwd: root });
  expect({ args, ...ended }).toMatchObject({ exitCode: 0 });
  return ended.stdout;
};
const start = (...args: string[]) =>
  spawn(process.execPath, [mainModule, ...args], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
const untilPrinted = async (child: ChildProcess, wanted: RegExp) => {
  let printed = "";
  for await (const chunk of on(child.stdout!, "data")) {
    printed += String(chunk[0]);
    if (wanted.test(printed)) return;
  }
};

it("a task that is cleared while it runs is ended and runs again; a run that is marked is ended", async () => {
  for (const run of ["cleared", "marked"]) await command("dags", "trigger", "held", "--run-id", run);
  const scheduler = start("scheduler", "--log-format", "json");
  onTestFinished(async () => {
    scheduler.kill();
    await once(scheduler, "exit");
  });
  const followers = ["cleared", "marked"].map((run) => start("tasks", "logs", "-f", "held", "hold", run));
  await Promise.all(followers.map((follower) => untilPrinted(follower, /this is try 1\n/)));

  const ended = followers.map((follower) => once(follower, "exit"));
  await command("tasks", "clear", "held", "-t", "hold", "--run-id", "cleared", "-y");
  await command("dags", "set-state", "held", "marked", "--state", "failed");
  expect((await Promise.all(ended)).map(([code]) => code)).toEqual([0, 0]);

  const second = start("tasks", "logs", "-f", "held", "after", "cleared");
  expect(await text(second.stdout)).toBe("done\n");
  expect(await command("tasks", "logs", "held", "hold", "cleared")).toBe("this is try 2\n");
  const states = await command("tasks", "states-for-dag-run", "held", "marked", "-o", "json");
  expect((JSON.parse(states) as { task_id: string; state: string }[]).map(({ state }) => state)).toEqual([
    "skipped",
    "failed",
  ]);
  expect(await command("dags", "state", "held", "marked")).toBe("failed\n");
});
