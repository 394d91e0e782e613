// A DAG as the call of Airflow's DAG class.

import { type DagModel, isNodeTask } from "../../runtime/dag/model.ts";
import { call, dict, type Expression, literal, optional, pythonString, set, textBlock } from "./python-literal.ts";
import { argsOf } from "./task-call.ts";
import { moment, scheduleExpression, seconds } from "./timetable.ts";

export function dagCall(model: DagModel, definition: string): Expression {
  const hasNode = model.tasks.some(isNodeTask);
  return call("DAG", {
    dag_id: pythonString(model.id),
    dag_display_name: optional(model.displayName),
    description: model.description === null ? undefined : pythonString(model.description),
    doc_md: model.docMd === undefined ? undefined : textBlock(model.docMd),
    schedule: scheduleExpression(model.schedule),
    start_date: model.startDate === null ? undefined : moment(model.startDate, model.timezone),
    end_date: model.endDate === undefined ? undefined : moment(model.endDate, model.timezone),
    catchup: model.catchup ? "True" : "False",
    max_active_runs: model.maxActiveRuns === null ? undefined : literal(model.maxActiveRuns),
    max_active_tasks: model.maxActiveTasks === null ? undefined : literal(model.maxActiveTasks),
    max_consecutive_failed_dag_runs: optional(model.maxConsecutiveFailedDagRuns),
    dagrun_timeout: model.dagrunTimeout === undefined ? undefined : seconds(model.dagrunTimeout),
    fail_fast: optional(model.failFast),
    is_paused_upon_creation: optional(model.isPausedUponCreation),
    tags: model.tags.length === 0 ? undefined : set(model.tags.map(pythonString)),
    owner_links: optional(model.ownerLinks),
    params: Object.keys(model.params).length === 0 ? undefined : literal(model.params),
    default_args: defaultArgs(model, hasNode ? definition : undefined),
  });
}

function defaultArgs(model: DagModel, definition: string | undefined): Expression | undefined {
  const { retry_delay, execution_timeout, ...rest } = argsOf(model.defaultArgs);
  const entries = {
    definition: definition === undefined ? undefined : pythonString(definition),
    ...rest,
    retry_delay,
    execution_timeout,
  };
  const given = Object.entries(entries).filter((entry): entry is [string, Expression] => entry[1] !== undefined);
  return given.length === 0 ? undefined : dict(Object.fromEntries(given));
}
