// Runs the bundled DAG files in a child process and collects their models. A file that ends the child, or does not end, becomes one
// diagnostic; the files after it are evaluated by a new child.

import { type ChildProcess, fork } from "node:child_process";
import type { Diagnostic, Place } from "../diagnostic.ts";
import { compiledModule } from "./compiled.ts";
import { withDocComments } from "./doc-comments.ts";
import type { EvaluatedDag, EvaluatedFile, EvaluationReport, EvaluationRequest } from "./evaluate-child.ts";
import type { LoadedDag, LoadedFile, Mistake } from "./loaded.ts";
import type { Observed } from "./observe-surroundings.ts";
import { openSources } from "./sources.ts";
import type { ValuePath } from "./static-view.ts";
import { supervise } from "./supervise.ts";

/** Airflow's `dagbag_import_timeout` is 30 s; a definition does no work, so it needs far less. */
export const evaluationLimitMs = 10_000;

export interface EvaluationLimits {
  /** For one file. */
  readonly evaluationMs?: number;
  /** Told of each file as soon as it is evaluated; what it leaves behind may still go wrong after that. */
  readonly onLoaded?: (loaded: LoadedFile) => void;
  /** Ends the child; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Evaluation {
  /** In the order of the request. */
  readonly files: readonly LoadedFile[];
  /** What the files looked at; undefined where a child ended before it could tell. */
  readonly observed: Observed | undefined;
}

/** Undefined: the bundle itself cannot be imported, whatever its files do. */
export async function evaluateFiles(
  root: string,
  request: EvaluationRequest,
  { evaluationMs = evaluationLimitMs, signal, onLoaded }: EvaluationLimits = {},
  started?: ChildProcess,
): Promise<Evaluation | undefined> {
  const found = new Map(
    request.entries.map(({ file }) => [file, { dags: [], mistakes: [], diagnostics: [] } as Found]),
  );
  const { textOf } = openSources(root);
  let child = started;
  let waiting = request.entries;
  let observed: Observed | undefined;
  let isWhole = true;
  let isUsable = true;
  while (waiting.length > 0) {
    const limits = { evaluationMs, signal, child: child ?? startEvaluator() };
    child = undefined;
    const outcome = await runChild({ ...request, entries: waiting }, limits, (report) => {
      if (report.kind === "unusable") isUsable = false;
      if (report.kind === "finished") observed = report.observed;
      if (report.kind !== "evaluated" && report.kind !== "failed") return;
      const { file } = report;
      const { dags, mistakes, diagnostics } = found.get(file)!;
      waiting = waiting.filter((other) => other.file !== file);
      if (report.kind === "failed") return void diagnostics.push(failure(file, report.message, report.stack));
      dags.push(...report.dags.map((dag) => withDocComments(toLoadedDag(file, dag), textOf)));
      mistakes.push(...report.mistakes.map((mistake) => toLoadedMistake(file, mistake)));
      if (diagnostics.length === 0) onLoaded?.({ file, dags, mistakes, diagnostics: [] });
    });
    // Ctrl-C reaches the child, too: how it ended is nobody's mistake.
    signal?.throwIfAborted();
    if (!isUsable) return undefined;
    if (outcome === undefined) break;
    isWhole = false;
    found.get(outcome.file)!.diagnostics.push(failure(outcome.file, outcome.reason, ""));
    waiting = waiting.filter(({ file }) => file !== outcome.file);
  }
  const files = [...found].map(([file, parts]) => ({ file, ...parts }));
  return { files, observed: isWhole ? observed : undefined };
}

interface Found {
  readonly dags: LoadedDag[];
  readonly mistakes: Mistake[];
  readonly diagnostics: Diagnostic[];
}

export const childModule = compiledModule("generator/load/evaluate-child.js");

/** It waits for its request: started early, it is ready when the bundle is. */
export function startEvaluator(): ChildProcess {
  return fork(childModule, { stdio: ["ignore", "pipe", "inherit", "ipc"], execArgv: [] });
}

interface ChildLimits {
  readonly evaluationMs: number;
  readonly signal: AbortSignal | undefined;
  readonly child: ChildProcess;
}

/** Resolves to the file that ended the child before it was done, and how; undefined when all went through. */
async function runChild(
  request: EvaluationRequest,
  { evaluationMs: limitMs, signal, child }: ChildLimits,
  onReport: (report: EvaluationReport) => void,
): Promise<{ file: string; reason: string } | undefined> {
  let done = 0;
  const reason = await supervise<EvaluationReport>(child, request, {
    limitMs,
    signal,
    onReport: (report, refresh) => {
      // A stray error is no progress: the file may be waiting for what will not come.
      if (report.kind !== "failed") refresh();
      if (report.kind === "evaluated") done++;
      onReport(report);
      return report.kind === "finished" || report.kind === "unusable";
    },
  });
  if (reason === undefined) return undefined;
  // After the last one, what some file left behind ended it.
  const { file } = request.entries[Math.min(done, request.entries.length - 1)]!;
  return { file, reason };
}

function toLoadedDag(file: string, dag: EvaluatedDag): LoadedDag {
  return {
    model: dag.model,
    given: dag.given,
    file,
    sites: {
      dag: dag.site,
      tasks: dag.taskSites,
      groups: dag.groupSites,
      edges: dag.edges.map(({ upstream, downstream, site, path }) => ({
        upstream,
        downstream,
        spot: site && (path === null ? { call: site } : { call: site, path }),
      })),
      unplaced: dag.unplaced.map(({ id, site }) => ({ id, place: site ?? startOf(file) })),
    },
  };
}

function toLoadedMistake(file: string, mistake: EvaluatedFile["mistakes"][number]): Mistake {
  const { call, path, isOfName, meant, text, remedy } = mistake;
  const [argument, ...steps] = path;
  const name = isOfName ? steps.pop() : undefined;
  const way: ValuePath = [argument, ...steps, ...(name === undefined ? [] : [{ property: String(name) }])];
  const at = { call: call ?? startOf(file), path: way };
  const fix = meant !== undefined && { fix: { at, change: { rename: meant } } };
  return { at, dagFile: file, text, remedy, ...fix };
}

function startOf(file: string): Place {
  return { file, line: 1, column: 1 };
}

function failure(file: string, message: string, stack: string): Diagnostic {
  const place = placeInStack(file, stack);
  return {
    code: "import-error",
    severity: "error",
    ...place,
    ...(place.file === file ? {} : { dagFile: file }),
    text: `${file} cannot be evaluated: ${message}`,
    remedy: "A DAG file only defines DAGs: it runs through quickly, without errors, and leaves work to handlers",
  };
}

/** The first frame of the stack that lies in the project's own code. */
export function placeInStack(file: string, stack: string): Place {
  for (const [, path, line, column] of stack.matchAll(/^\s+at (?:(?!\/|file:).*? \()?(.+?):(\d+):(\d+)\)?$/gm)) {
    if (/^(\/|[A-Za-z]:|node:|file:|async |dagwright\/|node_modules\/)/.test(path!)) continue;
    return { file: path!, line: Number(line), column: Number(column) };
  }
  return startOf(file);
}
