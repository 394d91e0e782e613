// The isolated process that runs DAG files, one after the other, and reports what each defined. Whatever a file does (throws,
// exits, never ends) happens here and not in the generator.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CallSite } from "../../runtime/dag/definition.ts";
import { describe } from "../../runtime/dag/describe.ts";
import type { DagModel } from "../../runtime/dag/model.ts";
import { startRegistry } from "../../runtime/dag/registry.ts";
import { withProjectPaths } from "../../runtime/source-paths.ts";

export interface EvaluationRequest {
  /** Where the bundle was written. */
  readonly folder: string;
  readonly entries: readonly { readonly file: string; readonly chunk: string }[];
}

export type EvaluationReport =
  | { readonly kind: "started"; readonly file: string }
  | { readonly kind: "evaluated"; readonly file: string; readonly dags: readonly EvaluatedDag[] }
  | { readonly kind: "failed"; readonly file: string; readonly message: string; readonly stack: string }
  | { readonly kind: "finished" };

export interface EvaluatedDag {
  readonly model: DagModel;
  readonly site: CallSite | null;
  readonly taskSites: readonly (CallSite | null)[];
  readonly edges: readonly { readonly upstream: string; readonly downstream: string; readonly site: CallSite | null }[];
}

const stray: unknown[] = [];
process.setSourceMapsEnabled(true);
process.on("unhandledRejection", (reason) => stray.push(reason));
process.once("message", (request: EvaluationRequest) => void evaluateAll(request));

async function evaluateAll({ folder, entries }: EvaluationRequest): Promise<void> {
  for (const { file, chunk } of entries) {
    report({ kind: "started", file });
    try {
      report({ kind: "evaluated", file, dags: await evaluate(folder, chunk) });
    } catch (error) {
      const { message = String(error), stack = "" } = error instanceof Error ? error : {};
      report({ kind: "failed", file, message, stack: withProjectPaths(stack, folder) });
    }
  }
  report({ kind: "finished" });
  process.disconnect();
}

async function evaluate(folder: string, chunk: string): Promise<EvaluatedDag[]> {
  const registry = startRegistry({ keepsCallSites: true });
  await import(pathToFileURL(join(folder, chunk)).href);
  await strayErrors();
  return registry.dags.map((dag) => ({
    model: describe(dag),
    site: siteIn(folder, dag.site),
    taskSites: dag.tasks.map((task) => siteIn(folder, task.site)),
    edges: dag.edges.map((edge) => ({ ...edge, site: siteIn(folder, edge.site) })),
  }));
}

/** A rejection that nobody awaits is the file's mistake, too: it shows one turn of the event loop later. */
async function strayErrors(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (stray.length > 0) throw stray.splice(0)[0];
}

function siteIn(folder: string, site: CallSite | null): CallSite | null {
  return site && { ...site, file: withProjectPaths(site.file, folder) };
}

function report(message: EvaluationReport): void {
  process.send!(message);
}
