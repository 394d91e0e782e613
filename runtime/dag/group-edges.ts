// What an edge with a group at one end means: edges between tasks.

import type { DagDefinition, EdgeDefinition, GroupDefinition, GroupEdgeDefinition, Member } from "./definition.ts";
import { firstOf, lastOf } from "./first-and-last.ts";

/** The groups that a task or a group is in, the inner one first. */
export function groupsOf({ group }: Member): GroupDefinition[] {
  return group === null ? [] : [group, ...groupsOf(group)];
}

/** The task, or those in the group and in the groups in it. */
export function tasksOf(member: Member): DagDefinition["tasks"] {
  return member.dag.tasks.filter((task) => task === member || groupsOf(task).some((group) => group === member));
}

/** Every edge between tasks: those that were written, then those that groups stand for. */
export function taskEdges(dag: DagDefinition): EdgeDefinition[] {
  const edges = [...dag.edges];
  for (const edge of innerFirst(dag.groupEdges)) for (const one of expand(edge, edges)) edges.push(one);
  return edges;
}

/** @param edges of all tasks: which are first and last in a group rests on those within it. */
export function expand(
  { upstream, downstream, site, path }: GroupEdgeDefinition,
  edges: readonly EdgeDefinition[],
): EdgeDefinition[] {
  const first = "body" in downstream ? [downstream.id] : firstOf(tasksOf(downstream), edges);
  const last = "body" in upstream ? [upstream.id] : lastOf(tasksOf(upstream), edges);
  return last.flatMap((earlier) => first.map((later) => ({ upstream: earlier, downstream: later, site, path })));
}

/** An edge within a group before those that rest on it. */
function innerFirst(edges: readonly GroupEdgeDefinition[]): GroupEdgeDefinition[] {
  return edges.toSorted((one, other) => depthOf(other) - depthOf(one));
}

/** In how many groups both ends of an edge are. */
function depthOf({ upstream, downstream }: GroupEdgeDefinition): number {
  const around = groupsOf(downstream);
  return groupsOf(upstream).filter((group) => around.includes(group)).length;
}
