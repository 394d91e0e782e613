// What commands write while a scheduler has the DAGs in its memory: it acts on it at its next step.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { storeFile } from "../../cli/state-folder.ts";
import { readManifest } from "../../runtime/manifest.ts";
import { createScheduler } from "../../runtime/scheduler/scheduler.ts";
import { readSettings } from "../../runtime/settings.ts";
import { readDagRuns } from "../../runtime/store/dag-runs.ts";
import { openStore } from "../../runtime/store/open-store.ts";
import { createFolder } from "../support/built-project.ts";
import { runCommandLine } from "../support/command-line.ts";

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
