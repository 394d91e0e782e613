// A random DAG with groups in groups, setups and teardowns anywhere, and edges between tasks and groups alike: the same seed, the same DAG.

import type { TaskOrGroup, TaskRef } from "../../runtime/dag/definition.ts";
import type { TaskScope } from "../../runtime/dag/task-scope.ts";
import { Dag } from "../../runtime/index.ts";
import type { Random } from "./random.ts";

/** A task or group, and which tasks it is: those from the first up to, not including, the last. */
interface Node {
  readonly ref: TaskOrGroup;
  readonly from: number;
  readonly to: number;
}

export function randomGroups(id: string, random: Random): Dag {
  const dag = new Dag(id);
  const nodes: Node[] = [];
  const setups: TaskRef<unknown>[] = [];
  let tasks = 0;
  const addTask = (scope: TaskScope) => {
    const name = `t${tasks}`;
    const kind = random.pick(["empty", "empty", "empty", "setup", "teardown"] as const);
    const ref =
      kind === "teardown"
        ? scope.teardown(name, () => null, { of: setups.filter(() => random.chance(0.3)) })
        : kind === "setup"
          ? scope.setup(name, () => null)
          : scope.empty(name);
    if (kind === "setup") setups.push(ref);
    nodes.push({ ref, from: tasks, to: ++tasks });
  };
  const fill = (scope: TaskScope, depth: number) => {
    const size = 1 + random.integer(4);
    for (let index = 0; index < size; index++) {
      if (depth === 3 || random.chance(0.6)) addTask(scope);
      else {
        const from = tasks;
        const group = scope.taskGroup(`g${nodes.length}_${depth}`, { prefixGroupId: random.chance(0.7) });
        fill(group, depth + 1);
        nodes.push({ ref: group, from, to: tasks });
      }
    }
  };
  fill(dag, 0);
  for (const earlier of nodes) {
    // Nothing comes after what was made before it: no cycles, and no group before what is in it.
    for (const later of nodes) if (earlier.to <= later.from && random.chance(0.15)) order(earlier, later);
  }
  return dag;
}

function order({ ref }: Node, later: Node): void {
  (ref as TaskRef<unknown>).before(later.ref);
}
