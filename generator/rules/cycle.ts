// Cycles that share no edge, the shortest first: one finding for each edge, at the argument that drew it.

import { findCycles, graphOf } from "../../runtime/dag/graph.ts";
import type { LoadedDag } from "../load/loaded.ts";
import { type Finding, inDag, type Rule } from "./rule.ts";

export const cycle: Rule = {
  code: "cycle",
  group: "validity",
  severity: "error",
  summary: "no task waits for itself, directly or through others",
  view: "dag",
  check: (dag) =>
    findCycles(graphOf(dag.model)).flatMap((path) =>
      path.slice(1).map((downstream, index) => describeEdge(dag, path, [path[index]!, downstream])),
    ),
};

function describeEdge(dag: LoadedDag, path: readonly string[], [upstream, downstream]: [string, string]): Finding {
  const site = dag.sites.edges.find((edge) => edge.upstream === upstream && edge.downstream === downstream);
  return {
    at: site?.spot ?? inDag(dag),
    text: `${upstream} → ${downstream} is part of a cycle in DAG ${JSON.stringify(dag.model.id)}: ${path.join(" → ")}`,
    remedy: upstream === downstream ? "take this edge out" : "take one of the cycle's edges out",
  };
}
