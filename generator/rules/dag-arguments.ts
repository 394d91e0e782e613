// What `new Dag` is given, but for its schedule and its start date, which have rules of their own. A part of invalid-argument.

import type { JsonValue } from "../../runtime/dag/json.ts";
import type { LoadedDag, Spot } from "../load/loaded.ts";
import { checkName, checkOne, checkValues, type Demand, demands } from "./demands.ts";
import { type Finding, inDag, inTask } from "./rule.ts";
import { timeZone } from "./time-zone.ts";
import { datePattern, findDateFault } from "./wall-clock-date.ts";

const dagDemands: Readonly<Record<string, Demand>> = {
  timezone: timeZone,
  displayName: demands.displayName,
  docMd: demands.dagDocMd,
  maxActiveRuns: demands.positiveCount,
  maxActiveTasks: demands.positiveCount,
  maxConsecutiveFailedDagRuns: demands.count,
  dagrunTimeout: demands.positiveSeconds,
};

export function checkDagArguments(dag: LoadedDag): Finding[] {
  const { tags, params, ownerLinks = {} } = dag.model;
  return [
    ...checkValues(dag.model, dagDemands, (name) => inDag(dag, name)),
    ...tags.flatMap((tag) => checkOne("tag", demands.tag, { value: tag, at: inDag(dag, "tags", { element: tag }) })),
    ...Object.entries(ownerLinks).flatMap(([owner, value]) => [
      ...checkOne("owner", demands.owner, { value: owner, at: inDag(dag, "ownerLinks", owner) }),
      ...checkOne(`link of ${JSON.stringify(owner)}:`, demands.link, { value, at: inDag(dag, "ownerLinks", owner) }),
    ]),
    ...Object.keys(params).flatMap((name) => checkName("param", name, inDag(dag, "params", name))),
    ...Object.entries(params).flatMap(([name, value]) => checkParamValue(name, value, inDag(dag, "params", name))),
    ...checkRequiredParams(dag),
    ...checkEndDate(dag),
    ...checkFailFast(dag),
    ...checkContinuous(dag),
  ];
}

/**
 * Airflow does not decode objects in a list that is a param's default: the form on its page shows, and sends, its own notation of them.
 * Source: airflow.serialization.serialized_objects (_deserialize_param).
 */
function checkParamValue(name: string, value: JsonValue, at: Spot): Finding[] {
  if (!Array.isArray(value) || !value.some(holdsObject)) return [];
  return [
    {
      at,
      text: `param ${JSON.stringify(name)} is a list with an object in it, which Airflow's page would show and send otherwise`,
      remedy: "put the list into an object: { rows: [{ … }] }",
    },
  ];
}

function holdsObject(value: JsonValue): boolean {
  return typeof value === "object" && value !== null && (!Array.isArray(value) || value.some(holdsObject));
}

/** Source: airflow.sdk.definitions.dag (_validate_params). */
function checkRequiredParams(dag: LoadedDag): Finding[] {
  const { schedule, paramSchemas = {}, destructive } = dag.model;
  // That a destructive DAG has a schedule is destructive-dag's matter.
  if (schedule === null || destructive) return [];
  return Object.entries(paramSchemas).flatMap(([name, { isRequired }]) =>
    isRequired
      ? [
          {
            at: inDag(dag, "params", name),
            text: `param ${JSON.stringify(name)} has no default, and the DAG has a schedule, which gives no values`,
            remedy: "give it a default, or the DAG no schedule",
          },
        ]
      : [],
  );
}

function checkEndDate(dag: LoadedDag): Finding[] {
  const { startDate, endDate } = dag.model;
  if (endDate === undefined) return [];
  const at = inDag(dag, "endDate");
  const fault = findDateFault(endDate);
  if (fault !== undefined) return [{ at, text: `endDate ${fault}`, remedy: datePattern }];
  if (startDate === null || findDateFault(startDate) !== undefined) return [];
  if (wallClock(startDate) <= wallClock(endDate)) return [];
  const found = `endDate ${JSON.stringify(endDate)} lies before startDate ${JSON.stringify(startDate)}`;
  return [{ at, text: `${found}: there is no run between them`, remedy: "write a later endDate, or leave it out" }];
}

/** Both are of one zone: its offset does not matter for their order. */
function wallClock(date: string): number {
  return Date.parse(`${date.length === 10 ? `${date}T00:00` : date}Z`);
}

/** Source: airflow.timetables.simple (ContinuousTimetable.active_runs_limit). */
function checkContinuous(dag: LoadedDag): Finding[] {
  const { schedule, maxActiveRuns } = dag.model;
  if (schedule?.kind !== "continuous" || maxActiveRuns === 1) return [];
  const found = maxActiveRuns === null ? "without maxActiveRuns" : `with maxActiveRuns ${maxActiveRuns}`;
  const text = `schedule "@continuous" ${found}: such a DAG has one run at a time`;
  return [{ at: inDag(dag, "maxActiveRuns"), text, remedy: "write maxActiveRuns: 1" }];
}

/** Source: airflow.sdk.exceptions (FailFastDagInvalidTriggerRule). */
function checkFailFast(dag: LoadedDag): Finding[] {
  if (dag.model.failFast !== true) return [];
  return dag.model.tasks.flatMap(({ id, role, triggerRule }, index) =>
    triggerRule === "all_success" || role === "teardown"
      ? []
      : [
          {
            at: inTask(dag, index, "triggerRule"),
            text: `triggerRule ${JSON.stringify(triggerRule)} of task ${JSON.stringify(id)}: in a DAG with failFast only all_success is possible`,
            remedy: "leave triggerRule out, or leave failFast out",
          },
        ],
  );
}
