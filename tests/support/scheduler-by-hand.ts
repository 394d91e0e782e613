// A real scheduler on a real store, whose clock and whose processes are a test's: it says what time it is, and how and when each try ends.

import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { DagModel } from "../../runtime/dag/model.ts";
import { KnownError } from "../../runtime/errors.ts";
import { type AttemptEnd, failedAttempt } from "../../runtime/executor/attempt.ts";
import type { Manifest } from "../../runtime/manifest.ts";
import type { SchedulerEvent } from "../../runtime/scheduler/events.ts";
import { createScheduler, type Scheduler } from "../../runtime/scheduler/scheduler.ts";
import type { AttemptProcess, World } from "../../runtime/scheduler/world.ts";
import { readSettings } from "../../runtime/settings.ts";
import { readDagRuns } from "../../runtime/store/dag-runs.ts";
import { openStore, type Store } from "../../runtime/store/open-store.ts";
import { createFolder } from "./built-project.ts";

export interface SchedulerByHand {
  readonly store: Store;
  /** Milliseconds since 1970. */
  now: number;
  readonly events: readonly SchedulerEvent[];
  /** Runs and tasks whose processes run, in the order of their starts: `run_1 a`. */
  running(): string[];
  /** Those DAGs are live from the next step on, as the build of that name; no others. */
  build(name: string, ...dags: readonly DagModel[]): void;
  /** As if somebody had built into the same folder, before the next scheduler starts. */
  replaceBuild(name: string, ...dags: readonly DagModel[]): void;
  /** As if somebody had removed the folder. */
  removeBuild(name: string): void;
  step(): number;
  /** @param name one of `running()`; default: the one that began first. */
  end(name?: string, outcome?: "success" | "failed"): void;
  /** The scheduler is gone, and another comes; processes go on. */
  restart(): Promise<void>;
  /** `run_1 success`, the latest first. */
  runs(dagId?: string): string[];
}

export async function startSchedulerByHand(now: number): Promise<SchedulerByHand> {
  const store = openStore(join(createFolder(), "dagwright.db"));
  onTestFinished(() => void store.close());
  const manifests = new Map<string, Manifest>();
  const processes = new Map<string, (end: AttemptEnd) => void>();
  const events: SchedulerEvent[] = [];
  const follow = (key: string, onEnd: (end: AttemptEnd) => void): AttemptProcess => {
    processes.set(key, onEnd);
    const end = (reason: string) => {
      if (processes.delete(key)) onEnd(failedAttempt(reason, true));
    };
    return { terminate: end, kill: end };
  };
  const world: World = {
    store,
    clock: () => byHand.now,
    settings: readSettings({}),
    readManifest: (name) => {
      const missing = { what: "there is no such build", found: name, remedy: "Build it", isRetryable: false };
      const manifest = manifests.get(name);
      if (manifest === undefined) throw new KnownError(missing);
      return manifest;
    },
    spawner: {
      start: ({ run, task }, onEnd) => follow(`${run.facts.id} ${task.id}`, onEnd),
      adopt: async ({ run, task }, onEnd) => {
        const key = `${run.facts.id} ${task.id}`;
        return processes.has(key) ? follow(key, onEnd) : "not_started";
      },
      forget: () => {},
      endStrays: async () => {},
    },
    report: (event) => void events.push(event),
    ring: () => {},
  };
  let scheduler: Scheduler = await createScheduler(world);
  const byHand: SchedulerByHand = {
    store,
    now,
    events,
    running: () => [...processes.keys()],
    build: (name, ...dags) => {
      const manifest = manifestOf(name, dags);
      manifests.set(name, manifest);
      scheduler.takeBuild({ buildFolder: name, manifest, broken: [] });
    },
    replaceBuild: (name, ...dags) => void manifests.set(name, manifestOf(`${name}, replaced`, dags)),
    removeBuild: (name) => void manifests.delete(name),
    step: () => scheduler.step(),
    end: (name = byHand.running()[0]!, outcome = "success") => {
      const onEnd = processes.get(name);
      if (onEnd === undefined) throw new Error(`it does not run: ${name}`);
      processes.delete(name);
      onEnd({ ...failedAttempt("it was told to", true), ...(outcome === "success" ? { outcome, error: null } : {}) });
    },
    restart: async () => {
      scheduler = await createScheduler(world);
    },
    runs: (dagId = "made") => readDagRuns(store, dagId).map(({ facts, state }) => `${facts.id} ${state}`),
  };
  return byHand;
}

function manifestOf(definition: string, dags: readonly DagModel[]): Manifest {
  const entries = dags.map((model) => ({ model, definition, chunk: "", file: `dags/${model.id}.ts` }));
  return { version: 1, bundles: [], dags: entries };
}
