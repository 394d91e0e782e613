// Real Airflow reads the generated files: what it parsed is what the model says, field for field.

import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { JsonValue } from "../../../runtime/dag/json.ts";
import {
  argOf,
  type DagModel,
  effectiveArgs,
  type GroupModel,
  isNodeTask,
  labelOf,
  type TaskArgs,
  type TaskModel,
} from "../../../runtime/dag/model.ts";
import { airflowVersions, describeWithPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";
import { readDagBag } from "../../support/dag-bag.ts";
import { type GoldenFile, goldenFiles, helperFile } from "./golden-files.ts";

let files: GoldenFile[];
let folder: string;
beforeAll(async () => {
  files = await goldenFiles();
  folder = createFolder();
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, "dagwright"));
  writeFileSync(join(folder, "dagwright", ".airflowignore"), "*\n");
  writeFileSync(join(folder, "dagwright", "__init__.py"), "");
  cpSync(helperFile, join(folder, "dagwright", "operators.py"));
});

describeWithPython("real Airflow", () => {
  test.each(airflowVersions)(
    "%s reads what the models say, without errors or warnings",
    async (version) => {
      const bag = await readDagBag(version, folder);
      expect(bag.errors).toEqual({});
      expect(bag.warnings.filter((warning) => warning.includes(folder))).toEqual([]);
      const expected = Object.fromEntries(files.map(({ model }) => [model.id, expectedDag(model)]));
      expect(bag.dags).toEqual(expected);
    },
    120_000,
  );
});

/** In the terms of describe-dags.py. */
function expectedDag(model: DagModel): object {
  return {
    display_name: model.displayName ?? model.id,
    description: model.description,
    doc_md: model.docMd ?? null,
    schedule: expectedSchedule(model),
    start_date: expectedDate(model.startDate, model.timezone),
    // A DAG without a start date counts in Airflow's zone, which is UTC here.
    end_date: expectedDate(model.endDate ?? null, model.timezone),
    catchup: model.catchup,
    tags: byCodePoints(model.tags),
    max_active_runs: model.maxActiveRuns ?? 16,
    max_active_tasks: model.maxActiveTasks ?? 16,
    max_consecutive_failed_dag_runs: model.maxConsecutiveFailedDagRuns ?? 0,
    dagrun_timeout: model.dagrunTimeout ?? null,
    fail_fast: model.failFast ?? false,
    is_paused_upon_creation: model.isPausedUponCreation ?? null,
    owner_links: model.ownerLinks ?? {},
    params: Object.fromEntries(
      Object.entries(model.params).map(([name, value]) => [name, expectedParam(model, name, value)]),
    ),
    groups: Object.fromEntries((model.groups ?? []).map((group) => [group.id, expectedGroup(model, group)])),
    tasks: Object.fromEntries(model.tasks.map((task) => [task.id, expectedTask(model, task)])),
  };
}

function expectedGroup(model: DagModel, group: GroupModel): object {
  const { tasks, groups = [], groupEdges = [] } = model;
  const others = (from: "upstream" | "downstream", to: "upstream" | "downstream") =>
    groupEdges
      .filter((edge) => edge[from] === group.id && groups.some(({ id }) => id === edge[to]))
      .map((edge) => edge[to])
      .sort();
  return {
    group: group.group ?? null,
    label: group.displayName ?? labelOf(model, group),
    prefix_group_id: group.prefixGroupId,
    tooltip: group.tooltip ?? "",
    members: byCodePoints([...tasks, ...groups].filter((member) => member.group === group.id).map(({ id }) => id)),
    upstream_groups: others("downstream", "upstream"),
    downstream_groups: others("upstream", "downstream"),
  };
}

function expectedParam({ paramSchemas }: DagModel, name: string, value: JsonValue): object {
  const { description = null, ...schema } = paramSchemas?.[name]?.schema ?? {};
  return { is_required: paramSchemas?.[name]?.isRequired ?? false, value, description, schema };
}

function expectedDate(date: string | null, timezone: string): string | null {
  return date && `${date}${date.includes("T") ? "" : "T00:00:00"} ${timezone}`;
}

function expectedSchedule({ schedule }: DagModel): unknown[] {
  switch (schedule?.kind) {
    case undefined:
      return ["NullTimetable"];
    case "once":
      return ["OnceTimetable"];
    case "continuous":
      return ["ContinuousTimetable"];
    case "delta":
      return [`Delta${schedule.dataInterval ? "DataInterval" : "Trigger"}Timetable`, schedule.seconds];
    case "cron":
      return [
        `Cron${schedule.dataInterval ? "DataInterval" : "Trigger"}Timetable`,
        schedule.expression,
        schedule.timezone,
      ];
    default:
      return schedule satisfies never;
  }
}

function expectedTask(model: DagModel, task: TaskModel): object {
  const { owner, retries, retryDelay, executionTimeout, ...args } = effectiveArgs(model, task);
  const ofEither = <Name extends keyof TaskArgs>(name: Name) => argOf(model, task, name);
  const isNode = isNodeTask(task);
  return {
    operator: isNode ? "NodeOperator" : task.kind === "bash" ? "BashOperator" : "EmptyOperator",
    upstream: task.upstream,
    downstream: byCodePoints(model.tasks.filter(({ upstream }) => upstream.includes(task.id)).map(({ id }) => id)),
    group: task.group ?? null,
    display_name: task.displayName ?? task.id,
    doc_md: task.docMd ?? null,
    trigger_rule: task.triggerRule,
    retry_exponential_backoff: args.retryExponentialBackoff ? 2 : 0,
    max_retry_delay: args.maxRetryDelay,
    pool: args.pool,
    pool_slots: args.poolSlots,
    priority_weight: args.priorityWeight,
    weight_rule: args.weightRule,
    queue: ofEither("queue") ?? "default",
    depends_on_past: args.dependsOnPast || args.waitForDownstream,
    ignore_first_depends_on_past: ofEither("ignoreFirstDependsOnPast") ?? false,
    wait_for_downstream: args.waitForDownstream,
    max_active_tis_per_dag: ofEither("maxActiveTisPerDag"),
    max_active_tis_per_dagrun: ofEither("maxActiveTisPerDagrun"),
    owner,
    retries,
    retry_delay: retryDelay,
    execution_timeout: executionTimeout,
    is_setup: task.role === "setup",
    is_teardown: task.role === "teardown",
    // Of a line end at its end Jinja leaves one less.
    bash_command:
      task.kind === "bash" ? task.command.replace(/\n$/, "\n\n") : isNode ? `exec node "$DAGWRIGHT_TASK_MAIN"` : null,
    definition: isNode ? "0123456789abcdef".repeat(4) : null,
    xcoms: isNode ? task.xcoms : null,
    connections: isNode ? task.connections : null,
    variables: isNode ? task.variables : null,
    short_circuit: isNode ? task.kind === "short_circuit" : null,
  };
}

/** As Python sorts. */
function byCodePoints(texts: readonly string[]): string[] {
  return [...texts].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
