// `dagwright scheduler --build` as a process, on a store of its own; runs are started as `dagwright dags trigger` does it.

import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { storeFile } from "../cli/state-folder.ts";
import { effectiveArgs } from "../runtime/dag/model.ts";
import { readManifest } from "../runtime/manifest.ts";
import { createDagRun } from "../runtime/store/dag-runs.ts";
import { leaveNotice } from "../runtime/store/notices.ts";
import { openStore, type Store } from "../runtime/store/open-store.ts";
import { commandLine } from "./bench-project.ts";
import { usageOfSessions } from "./process-usage.ts";
import { quietEnvironment } from "./run-step.ts";
import type { FinishedRun, RunningScheduler } from "./running-scheduler.ts";

/** One line of `--log-format json`. */
export interface LogLine {
  readonly timestamp: string;
  readonly event: string;
  readonly [name: string]: unknown;
}

export interface DagwrightScheduler extends RunningScheduler {
  readonly store: Store;
  /** Resolves with the line that it is true for. */
  waitFor(isWanted: (line: LogLine) => boolean): Promise<LogLine>;
}

/** Of the project's build, in `build`. Resolves when its DAGs are live. */
export async function startDagwrightScheduler(
  root: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<DagwrightScheduler> {
  rmSync(join(root, ".dagwright"), { recursive: true, force: true });
  const args = [commandLine, "scheduler", "--project", root, "--build", join(root, "build"), "--log-format", "json"];
  const env = { ...quietEnvironment(), AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION: "False", ...environment };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"], detached: true });
  const waitFor = followLog(child);
  await waitFor(({ event }) => event === "scheduler");
  const buildFolder = join(root, "build", "dags", "dagwright");
  const { dags } = readManifest(buildFolder);
  const store = openStore(storeFile(root));
  await until(() => store.prepare("SELECT count(*) FROM dag").pluck().get() === dags.length);
  const trigger = (dagId: string) => {
    const { model, definition } = dags.find(({ model: { id } }) => id === dagId)!;
    const now = new Date().toISOString();
    const dates = { logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null };
    const facts = { id: `manual__${now}`, type: "manual", ...dates, runAfter: now };
    const tasks = model.tasks.map((task) => ({ id: task.id, retries: effectiveArgs(model, task).retries }));
    const queued = { dagId, facts, conf: {}, definition, build: buildFolder, isTest: false, queuedAt: now, tasks };
    const write = store.transaction(() => {
      const run = createDagRun(store, queued)!;
      leaveNotice(store, { kind: "dag_run", run });
      return { run, runId: facts.id };
    });
    return write.immediate();
  };
  return {
    store,
    waitFor,
    run: async (dagId) => {
      let runId = "";
      const ended = waitFor(
        (line) =>
          line["runId"] === runId && /^(success|failed)$/.test(String(line["state"])) && line.event === "dag_run",
      );
      const { run, runId: id } = trigger(dagId);
      runId = id;
      const { state } = await ended;
      if (state !== "success") throw new Error(`the run ${runId} of ${dagId} is ${state}`);
      return readRun(store, run);
    },
    usage: () => usageOfSessions([child.pid!]),
    stop: async () => {
      store.close();
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function followLog(child: ChildProcess): DagwrightScheduler["waitFor"] {
  const waiting = new Set<(line: LogLine) => void>();
  createInterface({ input: child.stdout! }).on("line", (text) => {
    const line = JSON.parse(text) as LogLine;
    for (const look of [...waiting]) look(line);
  });
  return (isWanted) =>
    new Promise((resolve, reject) => {
      child.once("exit", () => reject(new Error("the scheduler has ended")));
      const look = (line: LogLine) => {
        if (!isWanted(line)) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
    });
}

function readRun(store: Store, run: number): FinishedRun {
  const { queued, ended } = store
    .prepare("SELECT queued_at AS queued, end_date AS ended FROM dag_run WHERE id = ?")
    .get(run) as { queued: string; ended: string };
  const rows = store
    .prepare(
      `SELECT t.task_id AS id, end_date AS ended, value FROM task_instance t
      LEFT JOIN xcom x ON x.run = t.run AND x.task_id = t.task_id AND key = 'return_value' WHERE t.run = ?`,
    )
    .all(run) as { id: string; ended: string; value: string | null }[];
  const tasks = rows.map(
    (row) =>
      [row.id, { endedAt: Date.parse(row.ended), returnValue: JSON.parse(row.value ?? "null") as unknown }] as const,
  );
  return { queuedAt: Date.parse(queued), endedAt: Date.parse(ended), tasks: new Map(tasks) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
