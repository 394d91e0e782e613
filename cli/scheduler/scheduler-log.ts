// What a scheduler prints: a line for each thing that a person would want to know, and a summary each minute; or everything as JSON, a line each.

import { countNoun } from "../../runtime/count-noun.ts";
import type { SchedulerEvent } from "../../runtime/scheduler/events.ts";
import type { SchedulerCounts } from "../../runtime/scheduler/scheduler.ts";
import { printable } from "../printable.ts";

export interface SchedulerLog {
  event(event: SchedulerEvent): void;
  summary(counts: SchedulerCounts & { readonly runningTasks: number }): void;
  /** Of the scheduler itself. */
  say(text: string): void;
}

export interface LogOptions {
  readonly format: "text" | "json";
  readonly write: (text: string) => void;
  readonly clock: () => number;
  /** What tasks say may hold secrets. */
  readonly redact: (text: string) => string;
}

export function createSchedulerLog({ format, write, clock, redact }: LogOptions): SchedulerLog {
  const time = () => new Date(clock()).toISOString();
  if (format === "json") {
    const print = (line: object) => write(`${redact(JSON.stringify({ timestamp: time(), ...line }))}\n`);
    return {
      event: (event) => print({ event: event.kind, ...without(event) }),
      summary: (counts) => print({ event: "summary", ...counts }),
      say: (text) => print({ event: "scheduler", text }),
    };
  }
  const print = (text: string) => write(`${time().slice(0, 19).replace("T", " ")}  ${redact(text)}\n`);
  return {
    event: (event) => {
      const text = describe(event);
      if (text !== undefined) print(text);
    },
    summary: (counts) => print(describeCounts(counts)),
    say: print,
  };
}

function without({ kind: _, ...rest }: SchedulerEvent): object {
  return rest;
}

/** Undefined for what happens all the time. */
function describe(event: SchedulerEvent): string | undefined {
  switch (event.kind) {
    case "dag_run":
      return event.state === "queued" ? undefined : `${event.dagId}  ${event.runId}  ${event.state}`;
    case "task_instance": {
      if (event.state !== "failed" && event.state !== "up_for_retry") return undefined;
      const error = event.error === null ? "" : `: ${printable(event.error)}`;
      return `${event.dagId}  ${event.runId}  ${event.taskId} ${event.state}, try ${event.tryNumber}${error}`;
    }
    case "dag_paused":
      return `${event.dagId}  paused: ${event.reason}`;
    case "adopted":
      return `went on with ${countNoun(event.processes, "task")} of the scheduler before, started ${event.started} that had not begun`;
    case "trouble":
      return event.text;
    default:
      return event satisfies never;
  }
}

function describeCounts(counts: SchedulerCounts & { readonly runningTasks: number }): string {
  const { dags, pausedDags, runningRuns, queuedRuns, runningTasks, waitingTasks } = counts;
  const paused = pausedDags > 0 ? ` (${pausedDags} paused)` : "";
  return `${countNoun(dags, "DAG")}${paused}, dag runs: ${runningRuns} running, ${queuedRuns} queued, tasks: ${runningTasks} running, ${waitingTasks} waiting`;
}
