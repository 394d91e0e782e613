// Which states each task of a DAG can end in, by the scheduler's own judgement of trigger rules over every combination of its upstream
// tasks' states. Two tasks' states are taken as independent, so a state that is named here may be impossible, but none is missing.

import { descendantsOf, type Graph, graphOf, topologicalOrder } from "../../runtime/dag/graph.ts";
import type { DagModel, TaskModel } from "../../runtime/dag/model.ts";
import { judge } from "../../runtime/dag/trigger-rules.ts";

export type EndState = "success" | "failed" | "skipped" | "upstream_failed";

export interface Possible {
  /** By task id. */
  readonly states: ReadonlyMap<string, ReadonlySet<EndState>>;
  /** Tasks whose trigger rule no combination meets. */
  readonly neverRun: readonly TaskModel[];
}

const endStates: readonly EndState[] = ["success", "failed", "skipped", "upstream_failed"];

/** Of a DAG without cycles whose tasks have unique ids. */
export function possibleStates(dag: DagModel): Possible {
  const graph = graphOf(dag);
  const cutShort = belowShortCircuits(dag, graph);
  const states = new Map<string, ReadonlySet<EndState>>();
  const neverRun: TaskModel[] = [];
  for (const id of topologicalOrder(graph)) {
    const task = graph.tasks.get(id)!;
    const verdicts = verdictsOf(task, graph, states);
    if (!verdicts.has("run")) neverRun.push(task);
    const ends = new Set<EndState>(cutShort.has(id) ? ["skipped"] : []);
    for (const verdict of verdicts) for (const state of endsAfter(verdict, task)) ends.add(state);
    states.set(id, ends);
  }
  return { states, neverRun };
}

type Verdict = "run" | "skipped" | "upstream_failed";

function verdictsOf(
  { triggerRule, upstream }: TaskModel,
  graph: Graph,
  states: ReadonlyMap<string, ReadonlySet<EndState>>,
): ReadonlySet<Verdict> {
  const roleOf = (id: string) => graph.tasks.get(id)?.role;
  const known = upstream.filter((id) => states.has(id));
  const choices = (ids: readonly string[]) => mixes(ids.map((id) => states.get(id)!));
  const setups = choices(known.filter((id) => roleOf(id) === "setup"));
  const verdicts = choices(known).flatMap((mix) =>
    setups.map((setupStates) => judge(triggerRule, { states: mix, setupStates })),
  );
  return new Set(verdicts.filter((verdict) => verdict !== "wait"));
}

/** The sets of states that these tasks can be in together: no rule asks how many of them are in one. */
function mixes(tasks: readonly ReadonlySet<EndState>[]): (readonly EndState[])[] {
  if (tasks.length === 0) return [[]];
  const subsets = Array.from({ length: 2 ** endStates.length }, (_, bits) =>
    endStates.filter((_, index) => (bits >> index) & 1),
  );
  const alike = countAlike(tasks);
  return subsets.filter(
    (mix) => alike.every(({ states }) => mix.some((state) => states.has(state))) && canBeSpread(mix, alike),
  );
}

interface Alike {
  readonly states: ReadonlySet<EndState>;
  readonly count: number;
}

/** Tasks that can end in the same states are the same here: a DAG may have hundreds before one. */
function countAlike(tasks: readonly ReadonlySet<EndState>[]): Alike[] {
  const alike = new Map<string, Alike>();
  for (const states of tasks) {
    const key = endStates.filter((state) => states.has(state)).join();
    alike.set(key, { states, count: (alike.get(key)?.count ?? 0) + 1 });
  }
  return [...alike.values()];
}

/** Whether each of these states can be another task's. */
function canBeSpread([state, ...rest]: readonly EndState[], alike: readonly Alike[]): boolean {
  if (state === undefined) return true;
  return alike.some(({ states, count }, index) => {
    if (count === 0 || !states.has(state)) return false;
    return canBeSpread(rest, alike.with(index, { states, count: count - 1 }));
  });
}

/** An empty task does nothing that could fail. Any other may fail, and may skip itself. */
function endsAfter(verdict: Verdict, { kind }: TaskModel): readonly EndState[] {
  if (verdict !== "run") return [verdict];
  return kind === "empty" ? ["success"] : ["success", "failed", "skipped"];
}

/** What a short circuit skips, whatever its trigger rule: all below it but teardowns. */
function belowShortCircuits({ tasks }: DagModel, graph: Graph): ReadonlySet<string> {
  const circuits = tasks.filter(({ kind }) => kind === "short_circuit");
  const below = circuits.flatMap(({ id }) => descendantsOf(graph, id));
  return new Set(below.filter((id) => graph.tasks.get(id)?.role !== "teardown"));
}
