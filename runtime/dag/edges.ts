// Edges, and what they are drawn between: what is given for a task or a group and is none is reported, and leaves no edge.

import {
  type ArgumentPath,
  type CallSite,
  isTaskGroupRef,
  isTaskRef,
  type Member,
  memberOf,
  type TaskOrGroup,
} from "./definition.ts";
import { groupsOf } from "./group-edges.ts";
import { reportMistake } from "./mistake.ts";
import { show } from "./shapes.ts";

/** The call that draws an edge, and its argument that is the edge's later end. */
export interface EdgePlace {
  readonly call: CallSite | null;
  readonly path: ArgumentPath;
}

/** A task or a group, and the argument that it was given as. */
export type GivenNode = readonly [node: TaskOrGroup, path: ArgumentPath];

export function addEdge(from: TaskOrGroup, to: TaskOrGroup, { call, path }: EdgePlace): void {
  const [upstream, downstream] = [memberOf(from), memberOf(to)];
  const reason = whyNot(upstream, downstream);
  const { dag } = upstream;
  if (reason)
    reportMistake({ call, path, text: `DAG ${show(dag.id)}, ${nameOf(from)}: ${reason.text}`, remedy: reason.remedy });
  else if (isTaskRef(from) && isTaskRef(to)) {
    dag.edges.push({ upstream: from.id, downstream: to.id, site: call, path });
  } else dag.groupEdges.push({ upstream, downstream, site: call, path });
}

function whyNot(upstream: Member, downstream: Member): { readonly text: string; readonly remedy: string } | undefined {
  const later = `${kindOf(downstream)} ${show(downstream.id)}`;
  if (upstream.dag !== downstream.dag) {
    const text = `ordered before ${later} of DAG ${show(downstream.dag.id)}`;
    return { text, remedy: "keep an edge within one DAG" };
  }
  const [outer, inner] = [groupsOf(downstream), groupsOf(upstream)];
  if (inner.some((group) => group === downstream)) {
    return { text: `ordered before ${later}, which it is in`, remedy: "order it with what else is in the group" };
  }
  if (outer.some((group) => group === upstream)) {
    return { text: `ordered before ${later}, which is in it`, remedy: "order what is in the group, or take it out" };
  }
  return undefined;
}

function nameOf(node: TaskOrGroup): string {
  return `${kindOf(memberOf(node))} ${show(node.id)}`;
}

function kindOf(member: Member): string {
  return "body" in member ? "task" : "group";
}

/** The tasks and groups that were given as arguments of a call. */
export function givenNodes(method: string, call: CallSite | null, nodes: readonly unknown[]): GivenNode[] {
  return nodes.flatMap((node, index) => givenNode(method, { call, path: [index] }, node));
}

/** The task or group that was given as this argument, if it is one. */
export function givenNode(method: string, { call, path }: EdgePlace, node: unknown): GivenNode[] {
  if (isTaskRef(node) || isTaskGroupRef(node)) return [[node, path]];
  const isFactory = typeof node === "function";
  reportMistake({
    call,
    path,
    text: `${method}: ${show(node)} is given for a task`,
    remedy: isFactory ? "place the task first: call what dag.task returned" : "give what placing a task returned",
  });
  return [];
}
