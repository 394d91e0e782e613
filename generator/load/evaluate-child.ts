// The isolated process that runs DAG files, one after the other, and reports what each defined. Whatever a file does (throws,
// exits, never ends) happens here and not in the generator.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CallSite, DagDefinition, EdgeDefinition, Mistake } from "../../runtime/dag/definition.ts";
import { survey } from "../../runtime/dag/describe.ts";
import { taskEdges } from "../../runtime/dag/group-edges.ts";
import type { DagModel } from "../../runtime/dag/model.ts";
import { type Registry, startRegistry } from "../../runtime/dag/registry.ts";
import { isPlainObject, show } from "../../runtime/dag/shapes.ts";
import { type Places, placesIn, placesMappedByNode } from "./bundle-places.ts";
import { compiledModule, runtimeModules } from "./compiled.ts";
import { type Observed, observeSurroundings } from "./observe-surroundings.ts";
import { catchStrayErrors, toldBefore } from "./stray-errors.ts";

export interface EvaluationRequest {
  /** Where the bundle was written. */
  readonly folder: string;
  readonly entries: readonly EvaluationEntry[];
  /** One module that has a function for each entry, see bundle-lazily.ts; without it each entry is a module of its own. */
  readonly lazy?: LazyModule;
}

export interface EvaluationEntry {
  readonly file: string;
  readonly chunk: string;
}

export interface LazyModule {
  /** In the folder. */
  readonly chunk: string;
  /** Modules that were evaluated for earlier files: what they define is not these entries'. */
  readonly before: readonly string[];
}

export type EvaluationReport =
  /** The next one of the request begins. */
  | ({ readonly kind: "evaluated"; readonly file: string } & EvaluatedFile)
  | { readonly kind: "failed"; readonly file: string; readonly message: string; readonly stack: string }
  /** The lazy module itself cannot be imported: nothing was evaluated. */
  | { readonly kind: "unusable" }
  | { readonly kind: "finished"; readonly observed: Observed };

export interface EvaluatedFile {
  readonly dags: readonly EvaluatedDag[];
  readonly mistakes: readonly Mistake[];
}

export interface EvaluatedDag {
  readonly model: DagModel;
  readonly given: readonly string[];
  readonly site: CallSite | null;
  readonly taskSites: readonly (CallSite | null)[];
  readonly groupSites: readonly (CallSite | null)[];
  readonly edges: readonly EdgeDefinition[];
  readonly unplaced: readonly { readonly id: string; readonly site: CallSite | null }[];
}

// Ctrl-C reaches the whole group; the parent ends this process, and knows then why.
process.on("SIGINT", () => {});
// What a lazy module imports: loaded while the bundle is made.
const runtime = Promise.all(Object.values(runtimeModules).map((url) => import(url)));
process.once("message", (request: EvaluationRequest) => void evaluateAll(request));
// Nothing is left to do, and the file still waits: Node's own exit code for that, which it gives only to a program's first module.
process.once("beforeExit", () => process.exit(13));

async function evaluateAll({ folder, entries, lazy }: EvaluationRequest): Promise<void> {
  process.setSourceMapsEnabled(lazy === undefined);
  const places = lazy ? placesIn(folder, lazy.chunk) : placesMappedByNode(folder);
  const observed = observeSurroundings([folder, compiledModule("")]);
  const strays = catchStrayErrors((file, error) => reportFailure(places, file, error));
  await runtime;
  const functions = lazy && (await strays.from(toldBefore, () => importLazy(folder, lazy)));
  if (lazy && !functions) {
    await report({ kind: "unusable" });
    return process.disconnect();
  }
  for (const { file, chunk } of entries) {
    const registry = startRegistry({ keepsCallSites: true });
    const run = functions?.[file] ?? (() => import(pathToFileURL(join(folder, chunk)).href));
    try {
      await report({ kind: "evaluated", file, ...(await strays.from(file, () => evaluate(run, registry, places))) });
    } catch (error) {
      reportFailure(places, file, error);
      // What was defined so far is not all of it; what was wrong with it stays wrong.
      const mistakes = registry.mistakes.map((found) => mistakeAt(places, found));
      await report({ kind: "evaluated", file, dags: [], mistakes });
    }
  }
  await timersWithoutDelay();
  await report({ kind: "finished", observed: observed() });
  process.disconnect();
}

type Functions = Readonly<Record<string, () => Promise<unknown>>>;

async function importLazy(folder: string, { chunk, before }: LazyModule): Promise<Functions | undefined> {
  startRegistry({ keepsCallSites: false });
  try {
    const { default: functions } = (await import(pathToFileURL(join(folder, chunk)).href)) as { default: Functions };
    for (const module of before) await functions[module]!();
    return functions;
  } catch {
    return undefined;
  }
}

function reportFailure(places: Places, file: string, error: unknown): void {
  const text = typeof error === "string" ? error : `it threw ${show(error)}`;
  const { message = text, stack = "" } = error instanceof Error ? error : {};
  void report({ kind: "failed", file, message, stack: places.stack(stack) });
}

async function evaluate(run: () => Promise<unknown>, registry: Registry, places: Places): Promise<EvaluatedFile> {
  await run();
  await microtasks();
  const surveys = registry.dags.map(survey);
  const mistakes = [...registry.mistakes, ...surveys.flatMap((found) => found.mistakes)];
  return {
    dags: registry.dags.map((dag, index) => describeDag(dag, surveys[index]!.model, places)),
    mistakes: mistakes.map((found) => mistakeAt(places, found)),
  };
}

function describeDag(dag: DagDefinition, model: DagModel, { site }: Places): EvaluatedDag {
  return {
    model,
    given: isPlainObject(dag.spec) ? Object.keys(dag.spec).filter((name) => dag.spec[name as never] !== undefined) : [],
    site: site(dag.site),
    taskSites: dag.tasks.map((task) => site(task.site)),
    groupSites: dag.groups.map((group) => site(group.site)),
    edges: taskEdges(dag).map((edge) => ({ ...edge, site: site(edge.site) })),
    unplaced: dag.drafts
      .filter(({ isPlaced }) => !isPlaced)
      .map(({ id, site: at }) => ({ id: typeof id === "string" ? id : show(id), site: site(at) })),
  };
}

function mistakeAt(places: Places, mistake: Mistake): Mistake {
  return { ...mistake, call: places.site(mistake.call) };
}

/** A rejection that nobody awaits is the file's own doing: it shows before the next file begins. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waited for once, after the last file: each knows whose it is, and Node waits a millisecond for each. */
async function timersWithoutDelay(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  await microtasks();
}

/** Until it is written: the next file may end this process, and what is still in the queue with it. */
function report(message: EvaluationReport): Promise<void> {
  return new Promise((resolve) => process.send!(message, () => resolve()));
}
