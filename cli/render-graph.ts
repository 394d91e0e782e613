// The graph of a DAG as text. In a tree each task stands once with what follows it, below the first task that leads to it; below the others
// it is named: so the tree has a line for each edge and no more.

import { type Graph, graphOf } from "../runtime/dag/graph.ts";
import type { DagModel, TaskModel } from "../runtime/dag/model.ts";
import { printable } from "./printable.ts";

export function renderGraph(dag: DagModel, format: "tree" | "dot" | "mermaid"): string {
  switch (format) {
    case "tree":
      return renderTree(dag);
    case "dot":
      return renderDot(dag);
    case "mermaid":
      return renderMermaid(dag);
    default:
      return format satisfies never;
  }
}

function renderTree(dag: DagModel): string {
  const graph = graphOf(dag);
  const shown = new Set<string>();
  const lines = [dag.id];
  // Not by recursion: a chain may be long.
  const waiting: Branch[] = branches(
    dag.tasks.filter(({ upstream }) => upstream.length === 0).map(({ id }) => id),
    "",
  );
  for (let branch = waiting.shift(); branch !== undefined; branch = waiting.shift()) {
    const { id, indent, isLast } = branch;
    const isAgain = shown.has(id);
    lines.push(`${indent}${isLast ? "└── " : "├── "}${isAgain ? `${id} (above)` : describe(graph, id)}`);
    if (isAgain) continue;
    shown.add(id);
    waiting.unshift(...branches(graph.downstream.get(id)!, `${indent}${isLast ? "    " : "│   "}`));
  }
  return lines.map((line) => `${printable(line)}\n`).join("");
}

interface Branch {
  readonly id: string;
  readonly indent: string;
  readonly isLast: boolean;
}

function branches(ids: readonly string[], indent: string): Branch[] {
  return ids.map((id, index) => ({ id, indent, isLast: index === ids.length - 1 }));
}

function describe(graph: Graph, id: string): string {
  const { triggerRule, role } = graph.tasks.get(id)!;
  const remarks = [...(triggerRule === "all_success" ? [] : [triggerRule]), ...(role === null ? [] : [role])];
  return remarks.length === 0 ? id : `${id} (${remarks.join(", ")})`;
}

function renderDot({ id, tasks }: DagModel): string {
  // JSON's escapes of quotes and backslashes are those of DOT.
  const quoted = (text: string) => JSON.stringify(text);
  const nodes = tasks.map((task) => `  ${quoted(task.id)};\n`);
  const edges = edgesOf(tasks).map(([from, to]) => `  ${quoted(from)} -> ${quoted(to)};\n`);
  return `digraph ${quoted(id)} {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n${nodes.join("")}${edges.join("")}}\n`;
}

function renderMermaid({ tasks }: DagModel): string {
  const names = new Map(tasks.map(({ id }, index) => [id, `task${index}`]));
  // A quote within a label is written as an entity.
  const nodes = tasks.map(({ id }) => `  ${names.get(id)}["${id.replaceAll('"', "#quot;")}"]\n`);
  const edges = edgesOf(tasks).map(([from, to]) => `  ${names.get(from)} --> ${names.get(to)}\n`);
  return `flowchart LR\n${nodes.join("")}${edges.join("")}`;
}

function edgesOf(tasks: readonly TaskModel[]): (readonly [string, string])[] {
  return tasks.flatMap(({ id, upstream }) => upstream.map((before) => [before, id] as const));
}
