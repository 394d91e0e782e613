// Where `new Dag` announces itself: the load that is evaluating a DAG file, or the task process, sets a registry on
// globalThis; without one (a unit test, a plain import) a DAG is just an object.

import type { CallSite, DagDefinition, Mistake } from "./definition.ts";

export interface Registry {
  readonly dags: DagDefinition[];
  /** What the generator tells all at once; kept only together with call sites. */
  readonly mistakes: Mistake[];
  /** Call sites cost a stack trace each: only the generator asks for them. */
  readonly keepsCallSites: boolean;
}

const key = Symbol.for("dagwright.registry");
const holder = globalThis as { [key]?: Registry };

export function startRegistry(options: { keepsCallSites: boolean }): Registry {
  const registry: Registry = { dags: [], mistakes: [], keepsCallSites: options.keepsCallSites };
  holder[key] = registry;
  return registry;
}

export function register(dag: DagDefinition): void {
  holder[key]?.dags.push(dag);
}

/** False when nobody collects them. */
export function collectMistake(mistake: Mistake): boolean {
  if (!holder[key]?.keepsCallSites) return false;
  holder[key].mistakes.push(mistake);
  return true;
}

/** The place in the author's file that called the public function `callee`, or null outside a load. */
// biome-ignore lint/complexity/noBannedTypes: Error.captureStackTrace takes any function
export function callSiteOf(callee: Function): CallSite | null {
  if (!holder[key]?.keepsCallSites) return null;
  const trace: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(trace, callee);
  Error.stackTraceLimit = limit;
  // `at new Dag (/a folder/x.ts:1:2)`, `at file:///a%20folder/x.ts:1:2`: the function's name only where there is one.
  const frame = /^\s+at (?:(?!\/|file:).*? \()?(file:\/\/)?(.+?):(\d+):(\d+)\)?$/m.exec(trace.stack ?? "");
  if (!frame) return null;
  const file = frame[1] ? decodeURIComponent(frame[2]!) : frame[2]!;
  return { file, line: Number(frame[3]), column: Number(frame[4]) };
}
