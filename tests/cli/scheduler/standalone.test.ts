// `dagwright standalone`, as a person types it: first the DAGs and what to type next, then the scheduler's lines.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { storeFile } from "../../../cli/state-folder.ts";
import { storeVersion } from "../../../runtime/store/open-store.ts";
import { createFolder } from "../../support/built-project.ts";
import { mainModule, runCommandLine } from "../../support/command-line.ts";

function createProject(): { readonly root: string; readonly write: (name: string, lines: string) => void } {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  const write = (name: string, lines: string) =>
    writeFileSync(join(root, "dags", name), `import { Dag } from "dagwright";\n${lines}`);
  return { root, write };
}

function start(root: string) {
  const child: ChildProcess = spawn(process.execPath, [mainModule, "standalone"], { cwd: root });
  onTestFinished(() => void child.kill("SIGKILL"));
  let shown = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  const closed = once(child, "close");
  return {
    shown: () => shown,
    until: async (wanted: string) => {
      while (!shown.includes(wanted))
        await Promise.race([once(child.stdout!, "data"), closed.then(() => expect(shown).toContain(wanted))]);
    },
    interrupt: async () => {
      child.kill("SIGINT");
      return (await closed)[0] as number;
    },
  };
}

it("shows the DAGs and how to run them, then the scheduler's lines, and ends by Ctrl-C", async () => {
  const { root, write } = createProject();
  write(
    "films.ts",
    'new Dag("films", { schedule: "0 3 1 1 *", startDate: "9000-01-01", catchup: false }).empty("a");\n',
  );
  write("manual.ts", 'new Dag("manual", {}).bash("a", "true");\n');
  write(
    "once.ts",
    'new Dag("once", { schedule: "@once", startDate: "2026-01-01", isPausedUponCreation: false }).empty("a");\n',
  );
  const standalone = start(root);
  await standalone.until("once  scheduled__2026-01-01T00:00:00+00:00  success");
  const [opening, lines] = standalone.shown().split(/^(?=\d{4}-.*the scheduler runs)/m);
  expect(opening).toBe(`store created, version ${storeVersion}: ${storeFile(root)}
dag_id  schedule         next_run           paused
films   0 3 1 1 * (UTC)  9000-01-01T03:00Z  True
manual  manual                              True
once    @once            now                False

Unpause one:  npx dagwright dags unpause films
Run one now:  npx dagwright dags trigger once

`);
  expect(lines).toMatch(/^[-\d]+ [:\d]+ {2}the scheduler runs, process \d+\n/);
  const second = await runCommandLine(["standalone"], { cwd: root });
  expect([second.exitCode, second.stdout]).toEqual([2, ""]);
  for (const args of [
    ["unpause", "manual"],
    ["trigger", "manual", "-r", "mine"],
  ]) {
    expect((await runCommandLine(["dags", ...args], { cwd: root })).exitCode).toBe(0);
  }
  await standalone.until("manual  mine  success");
  expect(await standalone.interrupt()).toBe(130);
  expect(standalone.shown()).toMatch(/the scheduler has ended\n$/);
});

it("says that nothing is there to run, or runs yet, and runs what is saved then", async () => {
  const { root, write } = createProject();
  const standalone = start(root);
  await standalone.until("nothing new is live: no DAG files");
  write("made.ts", 'new Dag("made", {}).empty("a");\n');
  await standalone.until(
    "Nothing runs yet: every DAG is paused, as new ones are.\nUnpause one:  npx dagwright dags unpause made\n",
  );
  expect(await standalone.interrupt()).toBe(130);
});

it("shows DAGs of files that are broken: they go on", async () => {
  const { root, write } = createProject();
  write("made.ts", 'new Dag("made", {}).empty("a");\n');
  const first = start(root);
  await first.until("the scheduler runs");
  await first.interrupt();
  write("made.ts", 'new Dag("made", {}).empty("a",\n');
  const second = start(root);
  await second.until("dags/made.ts is broken");
  expect(second.shown()).toContain("made    manual              True");
  await second.interrupt();
});
