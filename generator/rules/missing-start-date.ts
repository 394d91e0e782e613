// A schedule counts from a start date that is the same at every parse: there, a real date, and not taken from the clock.

import type { LoadedDag } from "../load/loaded.ts";
import type { Sources } from "../load/sources.ts";
import { type Finding, inDag, type Rule } from "./rule.ts";
import { datePattern, findDateFault } from "./wall-clock-date.ts";

export const missingStartDate: Rule = {
  code: "missing-start-date",
  group: "validity",
  severity: "error",
  summary: "a DAG with a schedule has a startDate, and a startDate is a real date that does not come from the clock",
  view: "source",
  async check(dag, sources) {
    const { startDate, schedule } = dag.model;
    if (startDate === null) return schedule === null ? [] : [missing(dag)];
    const reason = findDateFault(startDate) ?? (await findClock(dag, sources));
    if (reason === undefined) return [];
    return [
      {
        at: inDag(dag, "startDate"),
        text: `startDate ${reason}`,
        remedy: datePattern,
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

const clock = /\bDate\b|\bTemporal\b/;

/** Looked for in the source: a moving date and a fixed one are the same to the evaluation. */
async function findClock(dag: LoadedDag, sources: Sources): Promise<string | undefined> {
  const at = inDag(dag, "startDate");
  if (!at.path || !clock.test(sources.textOf(at.call.file) ?? "")) return undefined;
  const value = (await sources.staticView()).findValue(at.call, at.path);
  if (!value || value.isLiteral || !clock.test(value.text)) return undefined;
  return `is computed: ${JSON.stringify(value.text)} moves with the clock, or with the machine's time zone`;
}
