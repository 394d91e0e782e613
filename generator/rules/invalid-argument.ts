// Options that TypeScript's types cannot rule out, or that came past them: what Airflow would refuse, or silently take otherwise.

import { isNodeTask, type TaskModel } from "../../runtime/dag/model.ts";
import { triggerRules } from "../../runtime/dag/trigger-rules.ts";
import { suggest } from "../../runtime/did-you-mean.ts";
import type { LoadedDag } from "../load/loaded.ts";
import { checkValues, type Demand, demands } from "./demands.ts";
import { argumentOfTask, type Finding, inDag, inTask, type Rule, type Spot } from "./rule.ts";

const argumentDemands: Readonly<Record<string, Demand>> = {
  owner: demands.text,
  retries: demands.count,
  retryDelay: demands.seconds,
  executionTimeout: demands.positiveSeconds,
};

const dagDemands: Readonly<Record<string, Demand>> = {
  description: demands.text,
  catchup: demands.flag,
  maxActiveRuns: demands.positiveCount,
  maxActiveTasks: demands.positiveCount,
};

export const invalidArgument: Rule = {
  code: "invalid-argument",
  group: "validity",
  severity: "error",
  summary: "options have values that Airflow accepts",
  view: "dag",
  check: (dag) => [
    ...checkValues(dag.model, dagDemands, (name) => inDag(dag, name)),
    ...checkValues(dag.model.defaultArgs, argumentDemands, (name) => inDag(dag, "defaultArgs", name)),
    ...checkTags(dag),
    ...checkParams(dag),
    ...dag.model.tasks.flatMap((task, index) => checkTask(dag, task, index)),
  ],
};

function checkTags(dag: LoadedDag): Finding[] {
  return dag.model.tags.flatMap((tag) => {
    const reason = demands.tag(tag);
    return reason === undefined
      ? []
      : [
          {
            at: inDag(dag, "tags", { element: tag }),
            text: `tag ${JSON.stringify(tag)} ${reason.text}`,
            remedy: reason.remedy,
          },
        ];
  });
}

function checkParams(dag: LoadedDag): Finding[] {
  return Object.keys(dag.model.params).flatMap((name) => checkName("param", name, inDag(dag, "params", name)));
}

function checkTask(dag: LoadedDag, task: TaskModel, index: number): Finding[] {
  const inputs = isNodeTask(task) ? [...Object.keys(task.xcoms), ...Object.keys(task.literals)] : [];
  return [
    ...checkValues(task, argumentDemands, (name) => inTask(dag, index, name)),
    ...checkTriggerRule(dag, task, inTask(dag, index, "triggerRule")),
    ...inputs.flatMap((name) => checkName("input", name, inTask(dag, index))),
    ...(task.kind === "bash" && task.command.trim() === "" ? [emptyCommand(dag, index)] : []),
  ];
}

function checkTriggerRule(dag: LoadedDag, task: TaskModel, at: Spot): Finding[] {
  const { triggerRule: rule, role, upstream } = task;
  const found = `triggerRule ${JSON.stringify(rule)} of task ${JSON.stringify(task.id)}`;
  if (!triggerRules.includes(rule))
    return [{ at, text: `${found} does not exist`, remedy: suggest(String(rule), triggerRules) }];
  if (role === "teardown") {
    if (rule === "all_done_setup_success") return [];
    return [{ at, text: `${found}: a teardown has its own rule`, remedy: "leave triggerRule out" }];
  }
  if (rule === "all_done_setup_success") {
    return [{ at, text: `${found} belongs to teardowns`, remedy: "use all_done, or make the task a teardown" }];
  }
  const setup = dag.model.tasks.find((other) => other.role === "setup" && upstream.includes(other.id));
  if (setup === undefined || rule === "all_success") return [];
  return [
    {
      at,
      text: `${found}: it comes directly after setup ${JSON.stringify(setup.id)}, where only all_success is possible`,
      remedy: "leave triggerRule out, or put a task between the two",
    },
  ];
}

function checkName(kind: string, name: string, at: Spot): Finding[] {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return [];
  return [
    {
      at,
      text: `${kind} name ${JSON.stringify(name)} is not an identifier`,
      remedy: "use letters, digits and _, beginning with a letter or _",
    },
  ];
}

function emptyCommand(dag: LoadedDag, index: number): Finding {
  return {
    at: argumentOfTask(dag, index, 1),
    text: "the bash command is empty",
    remedy: "use dag.empty for a task that does nothing",
  };
}
