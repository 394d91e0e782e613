// Ids become file names, log folders, Python names and parts of addresses: narrower than what Airflow accepts, which lets "..",
// a trailing line end and every alphabet through.

import { labelOf } from "../../runtime/dag/model.ts";
import type { LoadedDag, Spot } from "../load/loaded.ts";
import { argumentOfTask, type Finding, idOfDag, idOfGroup, type Rule } from "./rule.ts";

/** Airflow takes 250. A name on disk has at most 255 bytes: `dag_id=…` in the logs, `….py.part-4194304` while it is written. */
const maxLength = 230;
const pattern = /^[A-Za-z_][A-Za-z0-9_.-]{0,229}$/;
/** Of a group's own id. Source: airflow.sdk.definitions._internal.node (validate_group_key). */
const maxGroupLength = 200;

export const invalidId: Rule = {
  code: "invalid-id",
  group: "validity",
  severity: "error",
  summary:
    "ids are made of letters, digits, _, - and . (but for groups), begin with a letter or _, and have at most 230 characters",
  view: "dag",
  check: (dag) => [
    ...checkId("DAG", dag.model.id, idOfDag(dag)),
    ...checkTaken(dag),
    ...checkTasks(dag),
    ...checkGroups(dag),
  ],
};

function checkTasks(dag: LoadedDag): Finding[] {
  return dag.model.tasks.flatMap((task, index) => {
    const at = argumentOfTask(dag, index, 0);
    const found = checkId("task", labelOf(dag.model, task), at);
    return found.length > 0 ? found : checkWhole("task", task.id, at);
  });
}

function checkGroups(dag: LoadedDag): Finding[] {
  return (dag.model.groups ?? []).flatMap((group, index) => {
    const at = idOfGroup(dag, index);
    const label = labelOf(dag.model, group);
    const reason = findReason(label) ?? findGroupReason(label);
    if (reason === undefined) return checkWhole("group", group.id, at);
    const text = `group id ${shorten(JSON.stringify(label))} ${reason}`;
    return [
      {
        at,
        text,
        remedy: `use letters, digits, _ and -, beginning with a letter or _, at most ${maxGroupLength} characters`,
      },
    ];
  });
}

function findGroupReason(label: string): string | undefined {
  if (label.includes(".")) return 'contains "."';
  return label.length > maxGroupLength ? `has ${label.length} characters` : undefined;
}

/** With what the groups around it put before it. */
function checkWhole(kind: string, id: string, at: Spot): Finding[] {
  if (id.length <= maxLength) return [];
  const text = `${kind} id ${shorten(JSON.stringify(id))} has ${id.length} characters with the ids of the groups that it is in`;
  return [{ at, text, remedy: `shorten the ids to ${maxLength} characters together, or write prefixGroupId: false` }];
}

/** A DAG is a Python file of its name, beside the folder that the build writes and before what the file itself imports. */
const takenModules = ["dagwright", "airflow", "pendulum", "sys", "datetime", "pathlib"];

function checkTaken(dag: LoadedDag): Finding[] {
  // On macOS and Windows names that differ only in case are the same file.
  if (!takenModules.includes(dag.model.id.toLowerCase())) return [];
  return [
    {
      at: idOfDag(dag),
      text: `DAG id ${JSON.stringify(dag.model.id)} would name its file like a Python module that every DAG file needs`,
      remedy: `use another id than ${takenModules.join(", ")}`,
    },
  ];
}

function checkId(kind: string, id: string, at: Spot): Finding[] {
  const reason = findReason(id);
  if (reason === undefined) return [];
  return [
    {
      at,
      text: `${kind} id ${shorten(JSON.stringify(id))} ${reason}`,
      remedy: "use letters, digits, _, - and single dots, beginning with a letter or _, at most 230 characters",
    },
  ];
}

function findReason(id: string): string | undefined {
  if (id === "") return "is empty";
  if (id.length > maxLength) return `has ${id.length} characters`;
  if (id.includes("..")) return 'contains ".."';
  if (!/^[A-Za-z_]/.test(id)) return "does not begin with a letter or _";
  if (/^__.*__$/.test(id)) return "is a name that Python keeps for itself";
  if (pattern.test(id)) return undefined;
  return `contains ${JSON.stringify([...id].find((character) => !/[A-Za-z0-9_.-]/.test(character)))}`;
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 50)}…"`;
}
