// What the scheduler stands on, handed to it: tests and the simulator give their own.

import type { JsonObject } from "../dag/json.ts";
import type { DagModel, TaskModel } from "../dag/model.ts";
import type { AttemptEnd } from "../executor/attempt.ts";
import type { Manifest } from "../manifest.ts";
import type { Settings } from "../settings.ts";
import type { DagRunRow } from "../store/dag-runs.ts";
import type { Store } from "../store/open-store.ts";
import type { SchedulerEvent } from "./events.ts";

export interface World {
  readonly store: Store;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly spawner: Spawner;
  readonly settings: Settings;
  /** Of the build in this folder. @throws KnownError when it is missing. */
  readonly readManifest: (buildFolder: string) => Manifest;
  /** Told after what they are about is in the store. */
  readonly report: (event: SchedulerEvent) => void;
  /** Something may be to do: call `step` again. */
  readonly ring: () => void;
}

export interface Spawner {
  /**
   * Starts the process of a try that the store has as running already. `onEnd` is called once, and not before this returns.
   * @throws KnownError when it cannot be started.
   */
  start(attempt: SpawnRequest, onEnd: (end: AttemptEnd) => void): AttemptProcess;
  /** Of a try that an earlier scheduler began: goes on with it, or says that its process never began and never will. */
  adopt(attempt: SpawnRequest, onEnd: (end: AttemptEnd) => void): Promise<AttemptProcess | "not_started">;
  /** The end of that process is in the store: nothing of it is needed any more but its log. */
  forget(run: number, taskId: string, starts: number): void;
  /** Ends at once what earlier schedulers started and this one did not adopt: tries that were overruled. Resolves when it is gone. */
  endStrays(): Promise<void>;
}

export interface AttemptProcess {
  terminate(reason: string): void;
  kill(reason: string): void;
}

export interface SpawnRequest {
  readonly run: DagRunRow;
  readonly dag: DagModel;
  readonly task: TaskModel;
  readonly tryNumber: number;
  /** How often a process was started for the task, this one included: what its folder is named by. */
  readonly starts: number;
  /** Milliseconds since 1970, when the try was started. */
  readonly startedAt: number;
  readonly xcoms: JsonObject;
}
