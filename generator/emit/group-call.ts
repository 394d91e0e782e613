// A group as the call of Airflow's TaskGroup class.

import { type DagModel, type GroupModel, labelOf } from "../../runtime/dag/model.ts";
import { call, dict, type Expression, optional, pythonString } from "./python-literal.ts";
import { argsOf } from "./task-call.ts";

export function groupCall(dag: DagModel, group: GroupModel): Expression {
  const given = Object.entries(argsOf(group.defaultArgs)).filter(
    (entry): entry is [string, Expression] => entry[1] !== undefined,
  );
  return call("TaskGroup", {
    group_id: pythonString(labelOf(dag, group)),
    group_display_name: optional(group.displayName),
    prefix_group_id: group.prefixGroupId ? undefined : "False",
    tooltip: optional(group.tooltip),
    default_args: given.length === 0 ? undefined : dict(Object.fromEntries(given)),
  });
}
