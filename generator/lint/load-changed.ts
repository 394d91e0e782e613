// The models of all DAG files, of which only those are loaded that changed since they were kept: their own text, a module that they import, or
// which of their modules earlier files evaluate. What comes out is what a load of all files would yield.

import type { EvaluationLimits } from "../load/evaluate.ts";
import { closureOf, findReached, type ImportGraph } from "../load/import-graph.ts";
import { filesOfPart, type LoadPlan, loadFiles, loadInParts } from "../load/load-models.ts";
import type { LoadedFile } from "../load/loaded.ts";
import { nothingObserved, type Observed } from "../load/observe-surroundings.ts";
import { findSurroundings, toGraph } from "../load/resolution.ts";
import type { KeptFile, KeptParts } from "./kept-state.ts";

export interface Kept {
  readonly parts: KeptParts;
  /** Files that are others now. */
  readonly changed: ReadonlySet<string>;
}

export interface LoadedChanged {
  /** Of all files, in their order. */
  readonly loaded: readonly LoadedFile[];
  /** The files that were loaded now. */
  readonly fresh: ReadonlySet<string>;
  /** What the files reach, and no more. */
  readonly graph: ImportGraph;
  readonly before: ReadonlyMap<string, readonly string[]>;
  /** By the files that were loaded now; undefined where nobody can tell. */
  readonly observed: Observed | undefined;
}

export async function loadChanged(
  root: string,
  files: readonly string[],
  limits: EvaluationLimits,
  kept: Kept | undefined,
): Promise<LoadedChanged> {
  const known = new Map(kept?.parts.files.map((file) => [file.loaded.file, file]));
  const selected = new Set(files.filter((file) => !kept || !known.has(file) || isStale(file, kept)));
  const most = Math.min(files.length - 1, filesOfPart);
  for (let rounds = 0; kept && selected.size <= most && rounds < mostRounds; rounds++) {
    const found = await loadSelected({ root, files, selected, known, kept: kept.parts }, limits);
    if (found === "all") break;
    if (found !== "more") return found;
  }
  const all = await loadInParts(root, files, limits);
  const graph = toGraph(root, all.inputs, hasAliases(root, all.inputs));
  const { before } = findReached(graph, files);
  return { ...all, graph, before, fresh: new Set(files) };
}

/** Each adds files whose modules are evaluated for another file now. */
const mostRounds = 5;

function isStale(file: string, { parts: { graph }, changed }: Kept): boolean {
  return [...closureOf(graph, [file])].some((module) => {
    const { absent = [], isUnsure = true } = graph[module] ?? {};
    return isUnsure || changed.has(module) || absent.some((path) => changed.has(path));
  });
}

interface Selection {
  readonly root: string;
  readonly files: readonly string[];
  /** Grows. */
  readonly selected: Set<string>;
  readonly known: ReadonlyMap<string, KeptFile>;
  readonly kept: KeptParts;
}

async function loadSelected(selection: Selection, limits: EvaluationLimits): Promise<LoadedChanged | "all" | "more"> {
  const { root, files, selected, known, kept } = selection;
  let reached: Omit<LoadedChanged, "loaded" | "fresh" | "observed"> | undefined;
  let outcome: "all" | "more" = "more";
  // What the files that stay reach cannot have changed.
  const staying = files.filter((file) => !selected.has(file));
  const { firstOf } = findReached(kept.graph, staying);
  const modules = [...firstOf.keys()].filter((module) => !files.includes(module));
  const plan: LoadPlan = {
    modules,
    before: (inputs) => {
      // What a file imported that does not bundle any more counts for nobody.
      const old = Object.entries(kept.graph).filter(([path]) => !selected.has(path));
      const merged = { ...Object.fromEntries(old), ...toGraph(root, inputs, hasAliases(root, inputs)) };
      const { firstOf, before } = findReached(merged, files);
      const moved = files.filter((file) => !selected.has(file) && isOther(before.get(file)!, known.get(file)!.before));
      for (const file of moved) selected.add(file);
      if (moved.length > 0) return undefined;
      const needed = [...selected].flatMap((file) =>
        before.get(file)!.filter((module) => !selected.has(firstOf.get(module)!)),
      );
      const isExact = needed.every((module) =>
        [...closureOf(merged, [module])].every((inner) => !selected.has(firstOf.get(inner) ?? "")),
      );
      if (!isExact || needed.some((module) => !modules.includes(module))) {
        outcome = "all";
        return undefined;
      }
      const used = closureOf(merged, files);
      reached = { before, graph: Object.fromEntries(Object.entries(merged).filter(([path]) => used.has(path))) };
      return [...new Set(needed)];
    },
  };
  const chosen = files.filter((file) => selected.has(file));
  const none = { loaded: [], observed: nothingObserved };
  const fresh = chosen.length > 0 ? await loadFiles(root, chosen, limits, plan) : plan.before({}) && none;
  if (fresh === undefined || reached === undefined) return outcome;
  // Where a file broke off, what it would have evaluated falls to another one.
  const isBroken = fresh.loaded.some(
    ({ file, diagnostics }) => diagnostics.length > 0 && closureOf(reached!.graph, [file]).size > 1,
  );
  if (isBroken) return "all";
  const byFile = new Map(fresh.loaded.map((one) => [one.file, one]));
  const loaded = files.map((file) => byFile.get(file) ?? known.get(file)!.loaded);
  return { loaded, fresh: new Set(chosen), observed: fresh.observed, ...reached };
}

function hasAliases(root: string, inputs: object): boolean {
  return findSurroundings(root, Object.keys(inputs))?.hasAliases ?? true;
}

function isOther(left: readonly string[], right: readonly string[]): boolean {
  return left.join("\0") !== right.join("\0");
}
