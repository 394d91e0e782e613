// What a handler can ask for while it runs: who it is (getContext) and what it declared (getClient). The task process fills it.
// On globalThis: the DAG's bundle and the task's main may hold two copies of this module.

import { AsyncLocalStorage } from "node:async_hooks";
import { isAbsolute, join } from "node:path";
import type { Connection } from "./connections/connection.ts";
import { type Progress, projectRootVariable, type RunFacts } from "./contract.ts";
import type { Dag } from "./dag/dag.ts";
import type { JsonObject, JsonValue } from "./dag/json.ts";
import type { ParamValues } from "./dag/param-spec.ts";

export interface TaskContext<Params = JsonObject> {
  readonly dagId: string;
  readonly taskId: string;
  readonly runId: string;
  /** From 1. */
  readonly tryNumber: number;
  /** -1 for a task that is not mapped. */
  readonly mapIndex: number;
  readonly runType: string;
  /** ISO 8601; null for a run triggered without one (the default of Airflow's page and API). */
  readonly logicalDate: RunFacts["logicalDate"];
  readonly dataIntervalStart: RunFacts["dataIntervalStart"];
  readonly dataIntervalEnd: RunFacts["dataIntervalEnd"];
  readonly runAfter: RunFacts["runAfter"];
  /** The DAG's params, overridden by the run's conf. */
  readonly params: Params;
  readonly conf: JsonObject;
  /** Aborted when the task is cancelled, timed out, or its caller is gone. Pass it to everything that waits. */
  readonly signal: AbortSignal;
}

export interface TaskClient {
  /** A declared connection. @throws KnownError when the task did not declare it. */
  getConnection(id: string): Promise<Connection | undefined>;
  /** @throws KnownError naming where it was looked for and the line to add. */
  getConnectionOrThrow(id: string): Promise<Connection>;
  getVariable(key: string): Promise<string | undefined>;
  getVariableOrThrow(key: string): Promise<string>;
  /**
   * A further XCom of this task. Travels in the result: others see it when the task has ended.
   * @throws KnownError naming the path of what Airflow does not carry.
   */
  setXCom(xcom: { readonly key: string; readonly value: JsonValue }): Promise<void>;
}

export interface RunningTask {
  readonly context: TaskContext;
  readonly client: TaskClient;
  readonly reportProgress: (progress: Progress) => void;
}

const key = Symbol.for("dagwright.running-task");
const holder = globalThis as { [key]?: AsyncLocalStorage<RunningTask> };
holder[key] ??= new AsyncLocalStorage<RunningTask>();
const storage = holder[key];

export function runTask<T>(task: RunningTask, work: () => T): T {
  return storage.run(task, work);
}

/**
 * Who is running, in which run. Told its DAG, it knows the types of the params that were made with `param`.
 * @example const { limit } = getContext<typeof dag>().params; // a number, after `limit: param({ type: "integer", default: 10 })`
 * @throws Error outside a handler.
 */
export function getContext<Of extends Dag = Dag>(): TaskContext<ParamsOf<Of>> {
  return running("getContext").context as TaskContext<ParamsOf<Of>>;
}

/** What `getContext().params` holds in a DAG's handlers. */
export type ParamsOf<Of extends Dag> = Of extends Dag<infer Params> ? ParamValues<Params> : JsonObject;

/** Connections, variables and further XComs. @throws Error outside a handler. */
export function getClient(): TaskClient {
  return running("getClient").client;
}

/** Tells the live table how far the task is. Never reaches XCom. */
export function reportProgress(progress: Progress): void {
  running("reportProgress").reportProgress(progress);
}

/** A file of the project: relative to the project's folder, standalone, and to `AIRFLOW_HOME` under Airflow. */
export function projectPath(path: string): string {
  return isAbsolute(path) ? path : join(process.env[projectRootVariable] ?? process.cwd(), path);
}

function running(caller: string): RunningTask {
  const task = storage.getStore();
  if (!task) throw new Error(`${caller}() works only inside a running task, not while the DAG is defined`);
  return task;
}
