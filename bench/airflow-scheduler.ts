// A whole Airflow: scheduler with LocalExecutor, API server and DAG processor, on a SQLite database of its own.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../quickstart/free-port.ts";
import { loadSqlite } from "../runtime/store/sqlite.ts";
import { killSessions, usageOfSessions } from "./process-usage.ts";
import type { FinishedRun, RunningScheduler } from "./running-scheduler.ts";

export interface AirflowOptions {
  /** Its virtual environment, with a migrated database in `airflow-home`. */
  readonly airflow: string;
  readonly dagsFolder: string;
  readonly dagIds: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const startLimitMs = 120_000;
const runLimitMs = 300_000;
const lookMs = 100;

/** Resolves when it knows the DAGs. */
export async function startAirflowScheduler(options: AirflowOptions): Promise<RunningScheduler> {
  const home = mkdtempSync(join(tmpdir(), "dagwright-bench-airflow-"));
  cpSync(join(options.airflow, "airflow-home", "airflow.db"), join(home, "airflow.db"));
  const [port, logPort] = [await freePort(), await freePort()];
  const env = environmentOf(options, { home, port, logPort });
  const log = openSync(join(home, "processes.log"), "a");
  const sessions = ["api-server", "scheduler", "dag-processor"].map((command) => {
    const program = join(options.airflow, "bin", "airflow");
    return spawn(program, [command], { env, cwd: home, stdio: ["ignore", log, log], detached: true }).pid!;
  });
  closeSync(log);
  const call = createClient(`http://127.0.0.1:${port}`);
  const stop = async () => {
    while (!killSessions(sessions, home)) await pause(lookMs);
    rmSync(home, { recursive: true, force: true });
  };
  const isThere = (dagId: string) => call("GET", `/dags/${dagId}`).then(Boolean, () => false);
  try {
    await until(startLimitMs, async () => (await Promise.all(options.dagIds.map(isThere))).every(Boolean) || undefined);
  } catch (error) {
    const end = readFileSync(join(home, "processes.log"), "utf8").slice(-2_000);
    await stop();
    throw new Error(`Airflow does not start:\n${end}`, { cause: error });
  }
  return {
    run: async (dagId) => {
      const queued = await call("POST", `/dags/${dagId}/dagRuns`, { logical_date: null });
      const runId = queued["dag_run_id"] as string;
      return until(runLimitMs, async () => readRun(join(home, "airflow.db"), runId));
    },
    usage: () => usageOfSessions(sessions),
    stop,
  };
}

function environmentOf(
  { airflow, dagsFolder, environment }: AirflowOptions,
  { home, port, logPort }: { home: string; port: number; logPort: number },
): NodeJS.ProcessEnv {
  const base = `http://127.0.0.1:${port}`;
  return {
    PATH: `${dirname(process.execPath)}:${join(airflow, "bin")}:${process.env["PATH"]}`,
    HOME: home,
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW__CORE__DAGS_FOLDER: dagsFolder,
    AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION: "False",
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS: "True",
    AIRFLOW__CORE__EXECUTOR: "LocalExecutor",
    AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `${base}/execution/`,
    AIRFLOW__API__HOST: "127.0.0.1",
    AIRFLOW__API__PORT: String(port),
    AIRFLOW__API__BASE_URL: base,
    // Shared by processes that start at the same time.
    AIRFLOW__API_AUTH__JWT_SECRET: randomBytes(32).toString("hex"),
    AIRFLOW__API__SECRET_KEY: randomBytes(32).toString("hex"),
    AIRFLOW__CORE__FERNET_KEY: randomBytes(32).toString("base64url").concat("="),
    AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT: String(logPort),
    ...environment,
  };
}

type Call = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;

function createClient(base: string): Call {
  let token: string | undefined;
  return async (method, path, body) => {
    token ??= ((await (await fetch(`${base}/auth/token`)).json()) as { access_token: string }).access_token;
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

/** Undefined while it runs. From the database: the API would be asked by the one who measures. */
function readRun(file: string, runId: string): FinishedRun | undefined {
  const database = new (loadSqlite())(file, { readonly: true });
  try {
    const run = database.prepare("SELECT state, queued_at, end_date FROM dag_run WHERE run_id = ?").get(runId) as
      | Record<string, string>
      | undefined;
    if (run === undefined || !["success", "failed"].includes(run["state"]!)) return undefined;
    if (run["state"] !== "success") throw new Error(`Airflow's run ${runId} failed`);
    const rows = database
      .prepare(
        `SELECT t.task_id AS id, t.end_date AS ended, x.value AS value FROM task_instance t
        LEFT JOIN xcom x ON x.run_id = t.run_id AND x.dag_id = t.dag_id AND x.task_id = t.task_id AND x.key = 'return_value'
        WHERE t.run_id = ?`,
      )
      .all(runId) as { id: string; ended: string; value: string | null }[];
    const tasks = rows.map(
      ({ id, ended, value }) => [id, { endedAt: momentOf(ended), returnValue: parseTwice(value) }] as const,
    );
    return { queuedAt: momentOf(run["queued_at"]!), endedAt: momentOf(run["end_date"]!), tasks: new Map(tasks) };
  } finally {
    database.close();
  }
}

function momentOf(text: string): number {
  return Date.parse(`${text.replace(" ", "T").slice(0, 23)}Z`);
}

/** JSON within JSON: Airflow's own, and the database's. */
function parseTwice(value: string | null): unknown {
  const once = JSON.parse(value ?? "null") as unknown;
  try {
    return typeof once === "string" ? JSON.parse(once) : once;
  } catch {
    return once;
  }
}

async function until<T>(limitMs: number, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + limitMs; Date.now() < end; await pause(lookMs)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`waited in vain for ${limitMs} ms`);
}
