// Real Airflow for tests: a home of its own with a migrated database, `airflow dags test`, and what came of it.

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, inject, it, onTestFinished } from "vitest";
import { loadSqlite } from "../../runtime/store/sqlite.ts";
import { type AirflowVersion, pythonIn } from "./python-environments.ts";

export { airflowVersions } from "./airflow-versions.ts";
export type { AirflowVersion };

export function airflowPython(version: AirflowVersion): string {
  return pythonIn(`airflow-${version}`);
}

/** A suite that needs Python's environments: says in one line why it cannot run, and fails then under CI. */
export function describeWithPython(name: string, suite: () => void): void {
  const reason = inject("pythonProblem");
  if (reason === "") {
    describe(name, suite);
  } else if (process.env["CI"]) {
    it(`${name} needs Python`, () => {
      throw new Error(reason);
    });
  } else {
    it.skip(`${name} cannot run: ${reason}`, () => {});
  }
}

export interface AirflowRun {
  readonly exitCode: number;
  readonly output: string;
  /** Task id → state. */
  readonly states: Readonly<Record<string, string | null>>;
  readonly tries: Readonly<Record<string, number>>;
  /** Task id → key → value. */
  readonly xcoms: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly runState: string | null;
}

export interface AirflowHome {
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Runs `airflow …`. */
  airflow(...args: string[]): Promise<{ exitCode: number; output: string }>;
  /** `airflow dags test`, and what the metadata database says afterwards. */
  dagsTest(dagId: string, ...args: string[]): Promise<AirflowRun>;
  /** The same for several DAGs in one process, which saves importing Airflow for each. */
  dagsTestAll(
    dagIds: readonly string[],
  ): Promise<{ output: string; runs: Record<string, Omit<AirflowRun, "exitCode" | "output">> }>;
  /** Runs Python code in this home, e.g. `dag.test(logical_date=None)`. */
  python(code: string, ...args: string[]): Promise<{ exitCode: number; output: string }>;
  readRun(dagId: string): Omit<AirflowRun, "exitCode" | "output">;
}

export function createAirflowHome(
  version: AirflowVersion,
  dagsFolder: string,
  environment: NodeJS.ProcessEnv = {},
  whenDone: (remove: () => void) => void = (remove) => onTestFinished(remove),
): AirflowHome {
  const home = mkdtempSync(join(tmpdir(), "dagwright-airflow-"));
  whenDone(() => rmSync(home, { recursive: true, force: true }));
  const python = airflowPython(version);
  cpSync(join(dirname(dirname(python)), "airflow-home", "airflow.db"), join(home, "airflow.db"));
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW__CORE__DAGS_FOLDER: dagsFolder,
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS: "True",
    ...environment,
  };
  const readRun = (dagId: string) => readMetadata(join(home, "airflow.db"), dagId);
  return {
    home,
    environment: env,
    airflow: (...args) => run(join(dirname(python), "airflow"), args, env),
    python: (code, ...args) => run(python, ["-c", code, ...args], env),
    dagsTest: async (dagId, ...args) => {
      const ended = await run(join(dirname(python), "airflow"), ["dags", "test", dagId, ...args], env);
      return { ...ended, ...readRun(dagId) };
    },
    dagsTestAll: async (dagIds) => {
      const { output } = await run(python, ["-c", testAll, ...dagIds], env);
      return { output, runs: Object.fromEntries(dagIds.map((id) => [id, readRun(id)])) };
    },
    readRun,
  };
}

/** What the `airflow` command does with `dags test DAG_ID`, for each argument. */
const testAll = `
import sys
from airflow.cli import cli_parser
parser = cli_parser.get_parser()
for dag_id in sys.argv[1:]:
    args = parser.parse_args(["dags", "test", dag_id])
    try:
        args.func(args)
    except SystemExit as end:
        print(dag_id, "ended with", end.code)
`;

function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { env, maxBuffer: 64e6 }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}

function readMetadata(file: string, dagId: string): Omit<AirflowRun, "exitCode" | "output"> {
  const database = new (loadSqlite())(file, { readonly: true });
  try {
    const run = database
      .prepare("SELECT run_id, state FROM dag_run WHERE dag_id = ? ORDER BY id DESC LIMIT 1")
      .get(dagId) as { run_id: string; state: string } | undefined;
    const tasks = database
      .prepare("SELECT task_id, state, try_number FROM task_instance WHERE dag_id = ? AND run_id = ?")
      .all(dagId, run?.run_id) as { task_id: string; state: string | null; try_number: number }[];
    const values = database
      .prepare("SELECT task_id, key, value FROM xcom WHERE dag_id = ? AND run_id = ?")
      .all(dagId, run?.run_id) as { task_id: string; key: string; value: string }[];
    const xcoms: Record<string, Record<string, unknown>> = {};
    for (const { task_id, key, value } of values) {
      xcoms[task_id] ??= {};
      xcoms[task_id][key] = JSON.parse(value);
    }
    return {
      runState: run?.state ?? null,
      states: Object.fromEntries(tasks.map((task) => [task.task_id, task.state])),
      tries: Object.fromEntries(tasks.map((task) => [task.task_id, task.try_number])),
      xcoms,
    };
  } finally {
    database.close();
  }
}
