// A part of a DAG: tasks, what is up- or downstream of them, and the setups and teardowns without which they cannot run.
// Source: partial_subset in airflow/serialization/definitions/dag.py, and airflow/_shared/dagnode/node.py, of Airflow 3.3.

import { ancestorsOf, descendantsOf, type Graph, neededSetups } from "./graph.ts";

export interface SubsetOptions {
  readonly upstream: boolean;
  readonly downstream: boolean;
}

/** Ids of the part. Those that the DAG does not have are left out. */
export function partialSubset(
  graph: Graph,
  taskIds: Iterable<string>,
  { upstream, downstream }: SubsetOptions,
): Set<string> {
  const matched = new Set([...taskIds].filter((id) => graph.tasks.has(id)));
  const subset = new Set(matched);
  const setups = neededSetups(graph);
  /** Those that a task needs, and what tears them down. */
  const setupsAndTeardowns = (id: string) =>
    (setups.get(id) ?? []).flatMap((setup) => [setup, ...teardownsOf(graph, setup)]);
  const add = (ids: Iterable<string>) => {
    for (const id of ids) subset.add(id);
  };
  for (const id of matched) {
    const { role } = graph.tasks.get(id)!;
    if (downstream) {
      for (const relative of descendantsOf(graph, id)) {
        subset.add(relative);
        // It may be in the scope of a setup that is not upstream of the first.
        const isWork = graph.tasks.get(relative)!.role === null;
        if (isWork && !matched.has(relative)) add(setupsAndTeardowns(relative));
      }
    }
    if (upstream) add(ancestorsWithTeardowns(graph, id));
    else if (role === null) add(setupsAndTeardowns(id));
    if (role === "setup" && !downstream) add(teardownsOf(graph, id));
  }
  return subset;
}

function ancestorsWithTeardowns(graph: Graph, id: string): string[] {
  return ancestorsOf(graph, id).flatMap((ancestor) =>
    graph.tasks.get(ancestor)!.role === "setup" ? [ancestor, ...teardownsOf(graph, ancestor)] : [ancestor],
  );
}

function teardownsOf(graph: Graph, setup: string): string[] {
  return graph.downstream.get(setup)!.filter((id) => graph.tasks.get(id)!.role === "teardown");
}
