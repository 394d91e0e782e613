// Asks real Airflow's own trigger rules, many DAGs in one process (airflow-verdicts.py).

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { DagModel } from "../../../runtime/dag/model.ts";
import type { TaskState } from "../../../runtime/dag/states.ts";
import { type AirflowVersion, airflowPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";

export interface Question {
  readonly dag: DagModel;
  readonly situations: readonly Readonly<Record<string, TaskState>>[];
}

export interface Answer {
  /** The tasks that decide the run's state, sorted. */
  readonly leaves: readonly string[];
  /** For each situation: task that is not finished → `run`, `wait`, or the state that it gets. */
  readonly verdicts: readonly Readonly<Record<string, string>>[];
}

const script = fileURLToPath(new URL("airflow-verdicts.py", import.meta.url));

export function askAirflow(version: AirflowVersion, questions: readonly Question[]): Answer[] {
  const home = createFolder();
  const { stdout, stderr, status } = spawnSync(airflowPython(version), [script], {
    input: JSON.stringify(questions.map(toPython)),
    env: { PATH: process.env["PATH"], HOME: home, AIRFLOW_HOME: home, AIRFLOW__CORE__LOAD_EXAMPLES: "False" },
    encoding: "utf8",
    maxBuffer: 64e6,
  });
  if (status !== 0) throw new Error(stderr.slice(-3000));
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n") + 1)) as Answer[];
}

function toPython({ dag, situations }: Question) {
  return {
    tasks: dag.tasks.map(({ id, triggerRule, role, upstream }) => ({ id, rule: triggerRule, role, upstream })),
    situations: situations.map((states) =>
      Object.fromEntries(Object.entries(states).filter(([, state]) => state !== "none")),
    ),
  };
}
