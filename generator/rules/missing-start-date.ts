// A schedule counts from a start date that is the same at every parse: there, a real date, and not taken from the clock.

import type { LoadedDag } from "../load/loaded.ts";
import type { Sources } from "../load/sources.ts";
import { type Finding, inDag, type Rule } from "./rule.ts";

export const missingStartDate: Rule = {
  code: "missing-start-date",
  group: "validity",
  severity: "error",
  summary: "a DAG with a schedule has a startDate, and a startDate is a real date that does not come from the clock",
  view: "source",
  async check(dag, sources) {
    const { startDate, schedule } = dag.model;
    if (startDate === null) return schedule === null ? [] : [missing(dag)];
    const reason = findReason(startDate) ?? (await findClock(dag, sources));
    if (reason === undefined) return [];
    return [
      {
        at: inDag(dag, "startDate"),
        text: `startDate ${reason}`,
        remedy: 'write a fixed date, as wall-clock time in the DAG\'s timezone: "2024-01-01" or "2024-01-01T06:30:00"',
      },
    ];
  },
};

function missing(dag: LoadedDag): Finding {
  return {
    at: inDag(dag, "startDate"),
    text: `DAG ${JSON.stringify(dag.model.id)} has a schedule but no startDate`,
    remedy: 'add startDate: "2024-01-01", or schedule: null for a DAG that is only triggered',
  };
}

function findReason(startDate: string): string | undefined {
  const found = JSON.stringify(startDate);
  const parts = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2}))?)?(.*)$/.exec(startDate);
  if (!parts) return `${found} is not a date`;
  const [, day, time = "00:00", seconds = "00", rest] = parts;
  if (/^(Z|[+-]\d{2}:?\d{2})$/.test(rest!)) return `${found} has an offset of its own; timezone says where it counts`;
  if (rest !== "") return `${found} is not a date`;
  const date = new Date(`${day}T${time}:${seconds}Z`);
  const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${day}T${time}:${seconds}`);
  return exists ? undefined : `${found} does not exist`;
}

const clock = /\bDate\b|\bTemporal\b/;

/** Looked for in the source: a moving date and a fixed one are the same to the evaluation. */
async function findClock(dag: LoadedDag, sources: Sources): Promise<string | undefined> {
  const at = inDag(dag, "startDate");
  if (!at.path || !clock.test(sources.textOf(at.call.file) ?? "")) return undefined;
  const value = (await sources.staticView()).findValue(at.call, at.path);
  if (!value || value.isLiteral || !clock.test(value.text)) return undefined;
  return `is computed: ${JSON.stringify(value.text)} moves with the clock, or with the machine's time zone`;
}
