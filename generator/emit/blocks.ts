// The `with` blocks of a DAG: what stands in each, and the edges that are stated at its end: those between what is in it, and in no inner
// block together. So all edges within a group are drawn when Airflow is asked for its first and last tasks.

import { firstOf, lastOf } from "../../runtime/dag/first-and-last.ts";
import { graphOf, topologicalOrder } from "../../runtime/dag/graph.ts";
import {
  type DagModel,
  type GroupEdge,
  type GroupModel,
  groupsAround,
  type TaskModel,
} from "../../runtime/dag/model.ts";

export interface Block {
  /** Null: the DAG's own. */
  readonly group: GroupModel | null;
  /** Each after what it waits for, where the groups allow it. */
  readonly members: readonly (TaskModel | Block)[];
  /** The ids of all tasks and groups, each after what it waits for. */
  readonly order: readonly string[];
  readonly edges: readonly GroupEdge[];
}

/**
 * The setups that a teardown's own statement names: those in its block. The edges from others are stated where both are known, but a
 * teardown must be one before its group stands in an edge.
 */
export function setupsStatedBy(dag: DagModel, teardown: TaskModel): string[] {
  return teardown.setups.filter((id) => aroundBoth(dag, { upstream: id, downstream: teardown.id }) === teardown.group);
}

export function blockOf(dag: DagModel): Block {
  const order = nodeOrder(dag);
  const edges = statedEdges(dag).map((edge) => ({ edge, around: aroundBoth(dag, edge) }));
  return build(dag, { group: null, order, edges });
}

interface Placed {
  readonly edge: GroupEdge;
  /** The innermost group that holds both ends. */
  readonly around: string | undefined;
}

interface Parts {
  readonly group: GroupModel | null;
  readonly order: readonly string[];
  readonly edges: readonly Placed[];
}

function build(dag: DagModel, { group, order, edges }: Parts): Block {
  const rank = (id: string) => order.indexOf(id);
  const isHere = (member: { readonly group?: string }) => member.group === group?.id;
  const inside = [...dag.tasks.filter(isHere), ...(dag.groups ?? []).filter(isHere)];
  const members = inside
    .sort((one, other) => rank(one.id) - rank(other.id))
    .map((member) => ("kind" in member ? member : build(dag, { group: member, order, edges })));
  return { group, members, order, edges: edges.filter(({ around }) => around === group?.id).map(({ edge }) => edge) };
}

/** A group stands before the first of its tasks: after all that it waits for, and before all that wait for it. */
function nodeOrder(dag: DagModel): string[] {
  const tasks = topologicalOrder(graphOf(dag));
  const rank = new Map(tasks.map((id, index) => [id, index]));
  for (const { id } of dag.groups ?? []) {
    rank.set(id, Math.min(...tasksIn(dag, id).map((task) => rank.get(task.id)!)) - 0.5);
  }
  return [...rank].sort(([, one], [, other]) => one - other).map(([id]) => id);
}

/** Edges with groups as the author wrote them, and those between tasks that they do not stand for. */
function statedEdges(dag: DagModel): GroupEdge[] {
  const all = dag.tasks.flatMap(({ id, upstream }) => upstream.map((other) => ({ upstream: other, downstream: id })));
  const isGroup = (id: string) => (dag.groups ?? []).some((group) => group.id === id);
  const first = (id: string) => (isGroup(id) ? firstOf(tasksIn(dag, id), all) : [id]);
  const last = (id: string) => (isGroup(id) ? lastOf(tasksIn(dag, id), all) : [id]);
  const byGroups = new Map((dag.groupEdges ?? []).map((edge) => [keyOf(edge), edge]));
  const meant = [...byGroups.values()].flatMap((edge) =>
    last(edge.upstream).flatMap((upstream) => first(edge.downstream).map((downstream) => ({ upstream, downstream }))),
  );
  const byTeardowns = dag.tasks.flatMap((task) =>
    setupsStatedBy(dag, task).map((id) => ({ upstream: id, downstream: task.id })),
  );
  const said = new Set([...meant, ...byTeardowns].map(keyOf));
  return [...all.filter((edge) => !said.has(keyOf(edge))), ...byGroups.values()];
}

function keyOf({ upstream, downstream }: GroupEdge): string {
  return JSON.stringify([upstream, downstream]);
}

function tasksIn(dag: DagModel, group: string): TaskModel[] {
  return dag.tasks.filter((task) => groupsAround(dag, task).some(({ id }) => id === group));
}

function aroundBoth(dag: DagModel, { upstream, downstream }: GroupEdge): string | undefined {
  if (dag.groups === undefined) return undefined;
  const [one, other] = [upstream, downstream].map((id) =>
    groupsAround(dag, findMember(dag, id)).map((group) => group.id),
  );
  return one!.find((id) => other!.includes(id));
}

function findMember(dag: DagModel, id: string): { readonly group?: string } {
  return [...dag.tasks, ...(dag.groups ?? [])].find((member) => member.id === id)!;
}
