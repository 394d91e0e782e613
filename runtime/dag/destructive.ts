// What keeps a destructive DAG from running unasked, asked alike by the command line, the scheduler and the task process: its run was
// triggered by hand, and whoever did it typed the DAG's id.

import type { JsonObject } from "./json.ts";
import type { DagModel, ParamModel } from "./model.ts";

/** The param that every destructive DAG has by itself. */
export const confirmParam = "confirm";

/** A run must give it; Airflow's form asks for it. */
export function confirmationOf(dagId: string): ParamModel {
  const schema = {
    type: "string",
    title: "Confirmation",
    description: `This DAG overwrites what cannot be had again. To confirm, type its id: ${dagId}`,
    pattern: `^${dagId.replaceAll(".", "\\.")}$`,
  };
  return { schema, isRequired: true };
}

export interface AskedRun {
  /** Airflow's `run_type`. */
  readonly type: string;
  /** Params and conf: what was given. */
  readonly given: JsonObject;
}

/** Why a run must not be: `its run is of type backfill`. Undefined when it may. */
export function findRefusal({ id, destructive }: Pick<DagModel, "id" | "destructive">, run: AskedRun) {
  if (destructive !== true) return undefined;
  // Airflow 3.3 calls those of another DAG's TriggerDagRunOperator operator_triggered.
  if (run.type !== "manual") return `its run is of type ${run.type}`;
  const confirmed = run.given[confirmParam] ?? null;
  return confirmed === id ? undefined : `param ${confirmParam} is ${JSON.stringify(confirmed)}`;
}

export const refusedRemedy =
  "Only a person may start it: by `dags trigger`, or on Airflow's page, typing its id as param confirm";
