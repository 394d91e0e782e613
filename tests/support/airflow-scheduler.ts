// A whole Airflow for tests: scheduler with LocalExecutor, API server and DAG processor on SQLite, and its REST API.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../quickstart/free-port.ts";
import { type AirflowVersion, airflowPython, createAirflowHome } from "./airflow.ts";
import { processesIn, processesOfSession } from "./processes.ts";

export interface RunningAirflow {
  readonly home: string;
  /** Starts a run; returns its id. */
  trigger(dagId: string, conf?: object): Promise<string>;
  task(dagId: string, runId: string, taskId: string): Promise<{ state: string | null; tryNumber: number }>;
  /** Waits for one of these states, of this try or a later one. @throws Error when the task is in none of them in time. */
  waitFor(task: TaskKey, states: readonly string[], tryNumber?: number): Promise<string>;
  waitForRun(task: TaskKey, states: readonly string[]): Promise<string>;
  /** As somebody does on Airflow's page. */
  markFailed(task: TaskKey): Promise<void>;
  clear(task: TaskKey): Promise<void>;
  /** What its processes printed. */
  log(): string;
  stop(): Promise<void>;
}

export interface TaskKey {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
}

const startLimitMs = 120_000;
const waitLimitMs = 90_000;

export async function startAirflow(
  version: AirflowVersion,
  dagsFolder: string,
  dagIds: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningAirflow> {
  const [port, logPort] = [await freePort(), await freePort()];
  const base = `http://127.0.0.1:${port}`;
  let removeHome = () => {};
  const settings = {
    AIRFLOW__API__PORT: String(port),
    AIRFLOW__API__HOST: "127.0.0.1",
    AIRFLOW__API__WORKERS: "1",
    AIRFLOW__API__BASE_URL: base,
    AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `${base}/execution/`,
    AIRFLOW__CORE__EXECUTOR: "LocalExecutor",
    AIRFLOW__CORE__PARALLELISM: "4",
    // Shared by processes that start at the same time.
    AIRFLOW__API_AUTH__JWT_SECRET: randomBytes(32).toString("hex"),
    AIRFLOW__API__SECRET_KEY: randomBytes(32).toString("hex"),
    AIRFLOW__CORE__FERNET_KEY: randomBytes(32).toString("base64url").concat("="),
    AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT: String(logPort),
    AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME: "0.2",
    AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL: "1",
    ...environment,
  };
  // It outlives a test: `stop` removes it.
  const { home, environment: common } = createAirflowHome(version, dagsFolder, settings, (remove) => {
    removeHome = remove;
  });
  const logFile = join(home, "processes.log");
  const program = join(dirname(airflowPython(version)), "airflow");
  const sessions = ["api-server", "scheduler", "dag-processor"].map((command) => {
    const log = openSync(logFile, "a");
    const child = spawn(program, [command], { env: common, cwd: home, stdio: ["ignore", log, log], detached: true });
    child.unref();
    closeSync(log);
    return child.pid!;
  });
  const log = () => readFileSync(logFile, "utf8");
  const call = createClient(base);
  const airflow = { home, log, stop: () => stop(sessions, home).finally(removeHome), ...tasksOf(call) };
  try {
    await until(startLimitMs, async () => {
      const found = await Promise.all(dagIds.map((id) => call("GET", `/dags/${id}`).catch(() => undefined)));
      return found.every((dag) => dag !== undefined) || undefined;
    });
  } catch (error) {
    const end = log().slice(-5_000);
    await airflow.stop();
    throw new Error(`Airflow ${version} does not start:\n${end}`, { cause: error });
  }
  return airflow;
}

function tasksOf(
  call: Call,
): Pick<RunningAirflow, "trigger" | "task" | "waitFor" | "waitForRun" | "markFailed" | "clear"> {
  const address = ({ dagId, runId, taskId }: TaskKey) =>
    `/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}/taskInstances/${taskId}`;
  const read = async (key: TaskKey) => {
    const { state, try_number: tryNumber } = await call("GET", address(key));
    return { state: state as string | null, tryNumber: tryNumber as number };
  };
  return {
    trigger: async (dagId, conf = {}) => {
      const run = await call("POST", `/dags/${dagId}/dagRuns`, { logical_date: null, conf });
      return run["dag_run_id"] as string;
    },
    task: (dagId, runId, taskId) => read({ dagId, runId, taskId }),
    waitFor: (key, states, tryNumber = 1) =>
      until(waitLimitMs, async () => {
        const task = await read(key);
        const isThere = task.state !== null && states.includes(task.state) && task.tryNumber >= tryNumber;
        return isThere ? task.state! : undefined;
      }),
    waitForRun: ({ dagId, runId }, states) =>
      until(waitLimitMs, async () => {
        const { state } = await call("GET", `/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}`);
        return states.includes(state as string) ? (state as string) : undefined;
      }),
    markFailed: async (key) => {
      await call("PATCH", address(key), { new_state: "failed" });
    },
    clear: async ({ dagId, runId, taskId }) => {
      const what = { dry_run: false, dag_run_id: runId, task_ids: [taskId], only_failed: false, reset_dag_runs: true };
      await call("POST", `/dags/${dagId}/clearTaskInstances`, what);
    },
  };
}

type Call = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;

function createClient(base: string): Call {
  let token: string | undefined;
  const authorise = async () => {
    const response = await fetch(`${base}/auth/token`);
    return ((await response.json()) as { access_token: string }).access_token;
  };
  return async (method, path, body) => {
    token ??= await authorise();
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(`${base}/api/v2${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
}

/** Airflow's processes do not all heed SIGTERM, nor end with their parent: everything of their sessions, and what tasks left, is killed. */
async function stop(sessions: readonly number[], home: string): Promise<void> {
  await until(20_000, async () => {
    const left = [...sessions.flatMap(processesOfSession), ...processesIn(home).map(({ pid }) => pid)];
    for (const pid of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Gone meanwhile.
      }
    }
    return left.length === 0 || undefined;
  });
}

async function until<T>(limitMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${limitMs} ms`);
    await pause(200);
  }
}
