// Asks real Airflow what becomes of dag runs that somebody clears, marks or backfills (airflow-by-hand.py), and makes the same runs in a store.

import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type DagModel, effectiveArgs } from "../../../runtime/dag/model.ts";
import type { DagRunState, TaskState } from "../../../runtime/dag/states.ts";
import { createDagRun, findDagRun } from "../../../runtime/store/dag-runs.ts";
import { prepare, type Store } from "../../../runtime/store/open-store.ts";
import { readTaskInstances } from "../../../runtime/store/task-instances.ts";
import { type AirflowVersion, createAirflowHome } from "../../support/airflow.ts";

export interface Case {
  /** The runs begin with the first, the action is done with the last one. */
  readonly versions: readonly DagModel[];
  readonly runs: readonly CaseRun[];
  readonly action: Readonly<Record<string, unknown>> & { readonly kind: string };
}

export interface CaseRun {
  readonly id: string;
  readonly date: string;
  readonly type: string;
  readonly state: DagRunState;
  /** Task id → state, try number, the last try. A task that is missing has no instance. */
  readonly tasks: Readonly<Record<string, CaseInstance>>;
}
export type CaseInstance = readonly [TaskState, number, number];

export interface FoundRun {
  readonly state: string;
  readonly type: string;
  readonly date: string;
  readonly interval: readonly [string, string];
  readonly conf: unknown;
  readonly clear_number: number;
  readonly is_started: boolean;
  readonly has_ended: boolean;
  readonly tasks: Readonly<Record<string, readonly [string | null, number, number]>>;
}

export interface AirflowAnswer {
  readonly runs: Readonly<Record<string, FoundRun>>;
  readonly refused?: string;
  readonly dry_run?: readonly string[] | string;
  /** Sort ordinal, logical date, run id, why there is none. */
  readonly slots?: readonly (readonly [number, string, string | null, string | null])[];
}

/** 3.1 and 3.2 stand between: what they do by hand is partly that of the one, partly that of the other. */
export function isCompared(version: AirflowVersion): boolean {
  return version === "3.0.6" || version.startsWith("3.3");
}

const script = fileURLToPath(new URL("airflow-by-hand.py", import.meta.url));

export async function askAirflowByHand(version: AirflowVersion, cases: readonly Case[]): Promise<AirflowAnswer[]> {
  const { environment, python } = createAirflowHome(version, "/nonexistent");
  const { output: program } = await python("import sys; print(sys.executable)");
  const child = spawn(program.trim().split("\n").at(-1)!, [script], { env: environment });
  child.stdin.end(JSON.stringify(cases.map(toPython)));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const answers = stdout.slice(stdout.trimEnd().lastIndexOf("\n") + 1);
  if (!answers.startsWith("[{")) throw new Error(stderr.slice(-3000));
  return JSON.parse(answers) as AirflowAnswer[];
}

function toPython({ versions, runs, action }: Case) {
  const tasksOf = (model: DagModel) =>
    model.tasks.map((task) => {
      const { retries, dependsOnPast, waitForDownstream } = effectiveArgs(model, task);
      const args = { retries, depends_on_past: dependsOnPast, wait_for_downstream: waitForDownstream };
      return { id: task.id, rule: task.triggerRule, role: task.role, upstream: task.upstream, args };
    });
  const { id, schedule } = versions[0]!;
  return { dag_id: id, schedule, versions: versions.map(tasksOf), runs, action };
}

/** The runs of a case as they are before the action. `build` is the number of their version. */
export function storeRuns(store: Store, { versions, runs }: Case): void {
  const [model] = versions as [DagModel];
  for (const run of runs) {
    const facts = {
      id: run.id,
      type: run.type,
      logicalDate: run.date,
      dataIntervalStart: run.date,
      dataIntervalEnd: run.date,
      runAfter: run.date,
    };
    const tasks = Object.keys(run.tasks).map((id) => ({ id, retries: 0 }));
    const begun = { definition: "0", build: "0", isTest: false, queuedAt: run.date };
    const id = createDagRun(store, { dagId: model.id, facts, conf: { old: 1 }, ...begun, tasks })!;
    const hasEnded = run.state === "success" || run.state === "failed";
    prepare(store, "UPDATE dag_run SET state = ?, start_date = ?, end_date = ? WHERE id = ?").run(
      run.state,
      run.state === "queued" ? null : run.date,
      hasEnded ? run.date : null,
      id,
    );
    for (const [taskId, [state, tryNumber, maxTries]] of Object.entries(run.tasks)) {
      prepare(
        store,
        "UPDATE task_instance SET state = ?, try_number = ?, max_tries = ?, next_try_at = ? WHERE run = ? AND task_id = ?",
      ).run(state, tryNumber, maxTries, state === "up_for_retry" ? 1 : null, id, taskId);
    }
  }
}

/** As Airflow's answer has them. */
export function readRuns(store: Store, dagId: string): Record<string, FoundRun> {
  const rows = prepare(store, "SELECT id, run_id, clear_number FROM dag_run WHERE dag_id = ? ORDER BY id").all(dagId);
  return Object.fromEntries(
    (rows as { id: number; run_id: string; clear_number: number }[]).map(({ id, run_id, clear_number }) => {
      const { facts, state, conf, startDate, endDate } = findDagRun(store, dagId, run_id)!;
      const tasks = readTaskInstances(store, id).map((row) => {
        const found = row.state === "none" ? null : row.state;
        return [row.taskId, [found, row.tryNumber, row.maxTries]] as const;
      });
      const found: FoundRun = {
        state,
        type: facts.type,
        date: facts.logicalDate!,
        interval: [facts.dataIntervalStart!, facts.dataIntervalEnd!],
        conf,
        clear_number,
        is_started: startDate !== null,
        has_ended: endDate !== null,
        tasks: Object.fromEntries(tasks),
      };
      return [run_id, found];
    }),
  );
}
