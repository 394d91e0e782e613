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
import { withProjectPaths } from "../../runtime/source-paths.ts";
import { catchStrayErrors } from "./stray-errors.ts";

export interface EvaluationRequest {
  /** Where the bundle was written. */
  readonly folder: string;
  readonly entries: readonly { readonly file: string; readonly chunk: string }[];
}

export type EvaluationReport =
  | { readonly kind: "started"; readonly file: string }
  | ({ readonly kind: "evaluated"; readonly file: string } & EvaluatedFile)
  | { readonly kind: "failed"; readonly file: string; readonly message: string; readonly stack: string }
  | { readonly kind: "finished" };

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

process.setSourceMapsEnabled(true);
// Ctrl-C reaches the whole group; the parent ends this process, and knows then why.
process.on("SIGINT", () => {});
process.once("message", (request: EvaluationRequest) => void evaluateAll(request));
// Nothing is left to do, and the file still waits: Node's own exit code for that, which it gives only to a program's first module.
process.once("beforeExit", () => process.exit(13));

async function evaluateAll({ folder, entries }: EvaluationRequest): Promise<void> {
  const strays = catchStrayErrors((file, error) => reportFailure(folder, file, error));
  for (const { file, chunk } of entries) {
    report({ kind: "started", file });
    const registry = startRegistry({ keepsCallSites: true });
    try {
      report({ kind: "evaluated", file, ...(await strays.from(file, () => evaluate(folder, chunk, registry))) });
    } catch (error) {
      reportFailure(folder, file, error);
      // What was defined so far is not all of it; what was wrong with it stays wrong.
      report({
        kind: "evaluated",
        file,
        dags: [],
        mistakes: registry.mistakes.map((found) => mistakeIn(folder, found)),
      });
    }
  }
  await timersWithoutDelay();
  report({ kind: "finished" });
  process.disconnect();
}

function reportFailure(folder: string, file: string, error: unknown): void {
  const text = typeof error === "string" ? error : `it threw ${show(error)}`;
  const { message = text, stack = "" } = error instanceof Error ? error : {};
  report({ kind: "failed", file, message, stack: withProjectPaths(stack, folder) });
}

async function evaluate(folder: string, chunk: string, registry: Registry): Promise<EvaluatedFile> {
  await import(pathToFileURL(join(folder, chunk)).href);
  await microtasks();
  const surveys = registry.dags.map(survey);
  const mistakes = [...registry.mistakes, ...surveys.flatMap((found) => found.mistakes)];
  return {
    dags: registry.dags.map((dag, index) => describeDag(dag, surveys[index]!.model, folder)),
    mistakes: mistakes.map((found) => mistakeIn(folder, found)),
  };
}

function describeDag(dag: DagDefinition, model: DagModel, folder: string): EvaluatedDag {
  return {
    model,
    given: isPlainObject(dag.spec) ? Object.keys(dag.spec).filter((name) => dag.spec[name as never] !== undefined) : [],
    site: siteIn(folder, dag.site),
    taskSites: dag.tasks.map((task) => siteIn(folder, task.site)),
    groupSites: dag.groups.map((group) => siteIn(folder, group.site)),
    edges: taskEdges(dag).map((edge) => ({ ...edge, site: siteIn(folder, edge.site) })),
    unplaced: dag.drafts
      .filter(({ isPlaced }) => !isPlaced)
      .map(({ id, site }) => ({ id: typeof id === "string" ? id : show(id), site: siteIn(folder, site) })),
  };
}

function mistakeIn(folder: string, mistake: Mistake): Mistake {
  return { ...mistake, call: siteIn(folder, mistake.call) };
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

function siteIn(folder: string, site: CallSite | null): CallSite | null {
  return site && { ...site, file: withProjectPaths(site.file, folder) };
}

function report(message: EvaluationReport): void {
  process.send!(message);
}
