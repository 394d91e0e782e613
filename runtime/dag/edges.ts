// Edges, and the tasks that they are drawn between: what is given for a task and is none is reported, and leaves no edge.

import { type ArgumentPath, type CallSite, isTaskRef, type TaskRef, taskBrand } from "./definition.ts";
import { reportMistake } from "./mistake.ts";
import { show } from "./shapes.ts";

/** The call that draws an edge, and its argument that is the edge's later end. */
export interface EdgePlace {
  readonly call: CallSite | null;
  readonly path: ArgumentPath;
}

/** A task, and the argument that it was given as. */
export type GivenTask = readonly [task: TaskRef<unknown>, path: ArgumentPath];

export function addEdge(upstream: TaskRef<unknown>, downstream: TaskRef<unknown>, { call, path }: EdgePlace): void {
  const dag = upstream[taskBrand].dag;
  const other = downstream[taskBrand].dag;
  if (dag === other) {
    dag.edges.push({ upstream: upstream.id, downstream: downstream.id, site: call, path });
    return;
  }
  reportMistake({
    call,
    path,
    text: `DAG ${show(dag.id)}, task ${show(upstream.id)}: ordered before task ${show(downstream.id)} of DAG ${show(other.id)}`,
    remedy: "keep an edge within one DAG",
  });
}

/** The task that was given as this argument, if it is one. */
export function givenTask(method: string, { call, path }: EdgePlace, task: unknown): GivenTask[] {
  if (isTaskRef(task)) return [[task, path]];
  const isFactory = typeof task === "function";
  reportMistake({
    call,
    path,
    text: `${method}: ${show(task)} is given for a task`,
    remedy: isFactory ? "place the task first: call what dag.task returned" : "give what placing a task returned",
  });
  return [];
}
