// What a person needs to know after a run that did not go well: which task failed and why, the last words of a command, what was not torn
// down.

import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { graphOf, setupsOf } from "../runtime/dag/graph.ts";
import type { DagModel } from "../runtime/dag/model.ts";
import type { TaskLine } from "./live/run-table.ts";

export interface EndedRun {
  readonly dag: DagModel;
  readonly lines: readonly TaskLine[];
  readonly logOf: (taskId: string, tryNumber: number) => string;
  readonly redact: (text: string) => string;
  readonly isInterrupted: boolean;
}

/** Empty when there is nothing to say. */
export function explainRun(run: EndedRun): string {
  const failures = run.lines.filter(({ state }) => state === "failed").map((line) => explainFailure(run, line));
  return [...failures, ...explainTeardowns(run)].map((text) => `\n${text}\n`).join("");
}

function explainFailure({ dag, logOf, redact }: EndedRun, { taskId, tryNumber, note }: TaskLine): string {
  const isBash = dag.tasks.find(({ id }) => id === taskId)!.kind === "bash";
  // A handler's error says what there is to say; of a command only its exit code is known.
  const said = isBash ? lastLines(logOf(taskId, tryNumber)).map((line) => `  | ${redact(line)}`) : [];
  const log = `  log: npx dagwright tasks logs ${dag.id} ${taskId}`;
  return [`${taskId} failed at try ${tryNumber}: ${note}`, ...said, log].join("\n");
}

function explainTeardowns({ dag, lines, isInterrupted }: EndedRun): string[] {
  const states = new Map(lines.map(({ taskId, state }) => [taskId, state]));
  const graph = graphOf(dag);
  // A setup that was ended may have done its work a moment before.
  const mayHold = (setup: string) =>
    states.get(setup) === "success" || (isInterrupted && states.get(setup) === "failed");
  return dag.tasks.flatMap(({ id, role }) => {
    const held = setupsOf(graph, id).filter(mayHold);
    if (role !== "teardown" || states.get(id) === "success" || held.length === 0) return [];
    return [`${id} did not end well: what ${held.join(", ")} set up may still be there (a lease, until it expires)`];
  });
}

const shownLines = 5;
const readBytes = 4_096;

/** Of a log of any size; none of one that the command itself has removed. */
function lastLines(file: string): string[] {
  if (!existsSync(file)) return [];
  const log = openSync(file, "r");
  try {
    const { size } = fstatSync(log);
    const end = Buffer.alloc(Math.min(size, readBytes));
    readSync(log, end, 0, end.length, size - end.length);
    const lines = end.toString("utf8").trimEnd().split("\n");
    // The first one may be the rest of a line.
    const whole = size > readBytes ? lines.slice(1) : lines;
    return whole.filter((line) => line.trim() !== "").slice(-shownLines);
  } finally {
    closeSync(log);
  }
}
