// A DAG as the call of Airflow's DAG class.

import type { JsonValue } from "../../runtime/dag/json.ts";
import { type DagModel, isNodeTask, type ParamModel } from "../../runtime/dag/model.ts";
import { call, dict, type Expression, literal, optional, pythonString, set, textBlock } from "./python-literal.ts";
import { argsOf } from "./task-call.ts";
import { moment, optionalSeconds, scheduleExpression } from "./timetable.ts";

export function dagCall(model: DagModel, definition: string): Expression {
  const hasNode = model.tasks.some(isNodeTask);
  return call("DAG", {
    dag_id: pythonString(model.id),
    dag_display_name: optional(model.displayName),
    description: optional(model.description),
    doc_md: model.docMd === undefined ? undefined : textBlock(model.docMd),
    schedule: scheduleExpression(model.schedule),
    start_date: model.startDate === null ? undefined : moment(model.startDate, model.timezone),
    end_date: model.endDate === undefined ? undefined : moment(model.endDate, model.timezone),
    catchup: model.catchup ? "True" : "False",
    max_active_runs: optional(model.maxActiveRuns),
    max_active_tasks: optional(model.maxActiveTasks),
    max_consecutive_failed_dag_runs: optional(model.maxConsecutiveFailedDagRuns),
    dagrun_timeout: optionalSeconds(model.dagrunTimeout),
    fail_fast: optional(model.failFast),
    is_paused_upon_creation: optional(model.isPausedUponCreation),
    tags: model.tags.length === 0 ? undefined : set(model.tags.map(pythonString)),
    owner_links: optional(model.ownerLinks),
    params: params(model),
    default_args: defaultArgs(model, hasNode ? definition : undefined),
  });
}

function params({ params, paramSchemas = {} }: DagModel): Expression | undefined {
  const entries = Object.entries(params);
  if (entries.length === 0) return undefined;
  return dict(
    Object.fromEntries(
      entries.map(([name, value]) => {
        const model = Object.hasOwn(paramSchemas, name) ? paramSchemas[name] : undefined;
        return [name, model === undefined ? literal(value) : param(value, model)];
      }),
    ),
  );
}

function param(value: JsonValue, { schema, isRequired }: ParamModel): Expression {
  const given = isRequired ? [] : [{ prefix: "", value: literal(value) }];
  const words = Object.entries(schema).map(([word, part]) => ({ prefix: `${word}=`, value: literal(part) }));
  return { open: "Param(", items: [...given, ...words], close: ")" };
}

function defaultArgs(model: DagModel, definition: string | undefined): Expression | undefined {
  const entries = { definition: optional(definition), ...argsOf(model.defaultArgs) };
  const given = Object.entries(entries).filter((entry): entry is [string, Expression] => entry[1] !== undefined);
  return given.length === 0 ? undefined : dict(Object.fromEntries(given));
}
