// Runs the bundled DAG files in a child process and collects their models. A file that ends the child, or does not end, becomes one
// diagnostic; the files after it are evaluated by a new child.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Diagnostic, Place } from "../diagnostic.ts";
import type { EvaluatedDag, EvaluatedFile, EvaluationReport, EvaluationRequest } from "./evaluate-child.ts";
import type { LoadedDag, Mistake } from "./loaded.ts";
import type { ValuePath } from "./static-view.ts";

/** Airflow's `dagbag_import_timeout` is 30 s; a definition does no work, so it needs far less. */
export const evaluationLimitMs = 10_000;

export interface EvaluationLimits {
  /** For one file. */
  readonly evaluationMs?: number;
  /** Ends the child; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Evaluation {
  readonly dags: readonly LoadedDag[];
  readonly mistakes: readonly Mistake[];
  readonly diagnostics: readonly Diagnostic[];
}

/** @param folder where the bundle was written; `chunks` are relative to it. */
export async function evaluateProject(
  folder: string,
  chunks: ReadonlyMap<string, string>,
  { evaluationMs = evaluationLimitMs, signal }: EvaluationLimits = {},
): Promise<Evaluation> {
  const dags: LoadedDag[] = [];
  const mistakes: Mistake[] = [];
  const diagnostics: Diagnostic[] = [];
  let waiting = [...chunks.keys()];
  while (waiting.length > 0) {
    const entries = waiting.map((file) => ({ file, chunk: chunks.get(file)! }));
    const outcome = await runChild({ folder, entries }, { evaluationMs, signal }, (report) => {
      if (report.kind !== "evaluated" && report.kind !== "failed") return;
      const { file } = report;
      waiting = waiting.filter((other) => other !== file);
      if (report.kind === "failed") return void diagnostics.push(failure(file, report.message, report.stack));
      dags.push(...report.dags.map((dag) => toLoadedDag(file, chunks.get(file)!, dag)));
      mistakes.push(...report.mistakes.map((mistake) => toLoadedMistake(file, mistake)));
    });
    // Ctrl-C reaches the child, too: how it ended is nobody's mistake.
    signal?.throwIfAborted();
    if (outcome === undefined) break;
    diagnostics.push(failure(outcome.file, outcome.reason, ""));
    waiting = waiting.filter((file) => file !== outcome.file);
  }
  return { dags, mistakes, diagnostics };
}

/** Under vitest this module is source, which Node cannot fork: the compiled child serves there too. */
export const childModule = fileURLToPath(new URL("./evaluate-child.js", import.meta.url)).replace(
  /(?<!dist[\\/])generator([\\/])load[\\/]evaluate-child\.js$/,
  "dist$1generator$1load$1evaluate-child.js",
);

/** Resolves to the file that ended the child before it was done, and how; undefined when all went through. */
function runChild(
  request: EvaluationRequest,
  { evaluationMs: limitMs, signal }: { readonly evaluationMs: number; readonly signal: AbortSignal | undefined },
  onReport: (report: EvaluationReport) => void,
): Promise<{ file: string; reason: string } | undefined> {
  return new Promise((resolve, reject) => {
    const child = fork(childModule, { stdio: ["ignore", "pipe", "inherit", "ipc"], execArgv: [] });
    child.stdout!.pipe(process.stderr, { end: false });
    let current = request.entries[0]!.file;
    let isFinished = false;
    let reason: string | undefined;
    const limit = setTimeout(() => {
      reason = `did not end within ${limitMs / 1000} s`;
      child.kill("SIGKILL");
    }, limitMs);
    child.on("message", (report: EvaluationReport) => {
      // A stray error is no progress: the file may be waiting for what will not come.
      if (report.kind !== "failed") limit.refresh();
      if (report.kind === "started") current = report.file;
      onReport(report);
      if (report.kind !== "finished") return;
      isFinished = true;
      // Not waited for: a timer or a pool that a DAG file left open would hold it.
      child.kill("SIGKILL");
    });
    // An endless loop does not notice that its parent has gone.
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    signal?.addEventListener("abort", kill, { once: true });
    child.once("error", reject);
    child.once("close", (code, endedBy) => {
      clearTimeout(limit);
      process.off("exit", kill);
      signal?.removeEventListener("abort", kill);
      if (isFinished) return resolve(undefined);
      resolve({ file: current, reason: reason ?? howItEnded(code, endedBy) });
    });
    child.send(request);
  });
}

export function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `was ended by ${signal}`;
  // Node's exit code for a top-level await that nothing will ever resolve.
  if (code === 13) return "waits for a top-level await that never resolves";
  return `called process.exit(${code})`;
}

function toLoadedDag(file: string, chunk: string, dag: EvaluatedDag): LoadedDag {
  return {
    model: dag.model,
    given: dag.given,
    file,
    chunk,
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
