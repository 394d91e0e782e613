// The scheduler in this process, on a store of its own that is safe on power loss, with task processes that end well at once: what is left is
// deciding and writing down. Its clock can be set.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DagModel } from "../runtime/dag/model.ts";
import type { AttemptEnd } from "../runtime/executor/attempt.ts";
import type { Manifest } from "../runtime/manifest.ts";
import { createScheduler } from "../runtime/scheduler/scheduler.ts";
import type { World } from "../runtime/scheduler/world.ts";
import { createDagRun } from "../runtime/store/dag-runs.ts";
import { leaveNotice } from "../runtime/store/notices.ts";
import { openStore } from "../runtime/store/open-store.ts";

export interface InstantScheduler {
  /** Those of the manifest are live. */
  takeDags(): void;
  /** Queues a run, as a command does. */
  trigger(dagId: string): void;
  step(): void;
  /** Turns until no process is left. */
  runToEnd(): void;
  advance(ms: number): void;
  /** Runs that have ended in success, and task instances. */
  count(): { readonly runs: number; readonly tasks: number };
  close(): void;
}

const success: AttemptEnd = {
  outcome: "success",
  isRetryable: false,
  isLost: false,
  error: null,
  returnValue: null,
  xcoms: {},
  goesOn: true,
};
const buildFolder = "build";

export function manifestOf(models: readonly DagModel[]): Manifest {
  const dags = models.map((model) => ({
    model,
    definition: model.id,
    chunk: "chunk.mjs",
    file: `dags/${model.id}.ts`,
  }));
  return { version: 1, bundles: [], dags };
}

export async function createInstantScheduler(manifest: Manifest): Promise<InstantScheduler> {
  const folder = mkdtempSync(join(tmpdir(), "dagwright-bench-"));
  const store = openStore(join(folder, "dagwright.db"));
  const ends: ((end: AttemptEnd) => void)[] = [];
  let aheadMs = 0;
  const clock = () => Date.now() + aheadMs;
  const world: World = {
    store,
    clock,
    settings: {
      parallelism: 16,
      maxActiveTasksPerDag: 16,
      maxActiveRunsPerDag: 16,
      dagsArePausedAtCreation: false,
      maxConsecutiveFailedDagRunsPerDag: 0,
      defaultPoolTaskSlotCount: 128,
    },
    readManifest: () => manifest,
    report: () => {},
    ring: () => {},
    spawner: {
      start: (_, onEnd) => {
        ends.push(onEnd);
        return { terminate: () => {}, kill: () => {} };
      },
      adopt: async () => "not_started",
      forget: () => {},
      endStrays: async () => {},
    },
  };
  const scheduler = await createScheduler(world);
  return {
    takeDags: () => {
      scheduler.takeBuild({ buildFolder, manifest, broken: [] });
      scheduler.step();
    },
    trigger: (dagId) => {
      const { model, definition } = manifest.dags.find(({ model: { id } }) => id === dagId)!;
      const now = new Date(clock()).toISOString();
      const dates = { logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null };
      const facts = { id: `manual__${now}`, type: "manual", ...dates, runAfter: now };
      const tasks = model.tasks.map(({ id }) => ({ id, retries: 0 }));
      const run = { dagId, facts, conf: {}, definition, build: buildFolder, isTest: false, queuedAt: now, tasks };
      const write = store.transaction(() => leaveNotice(store, { kind: "dag_run", run: createDagRun(store, run)! }));
      write.immediate();
    },
    step: () => void scheduler.step(),
    runToEnd: () => {
      while (ends.length > 0) {
        for (const end of ends.splice(0)) end(success);
        scheduler.step();
      }
    },
    advance: (ms) => {
      aheadMs += ms;
    },
    count: () => {
      const ask = (table: string) =>
        store.prepare(`SELECT count(*) FROM ${table} WHERE state = 'success'`).pluck().get() as number;
      return { runs: ask("dag_run"), tasks: ask("task_instance") };
    },
    close: () => {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
