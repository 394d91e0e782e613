// What `standalone` shows before the scheduler's lines: the DAGs, when they run next, and how to let them run.

import { countNoun } from "../../runtime/count-noun.ts";
import { airflowTime } from "../../runtime/dag/airflow-time.ts";
import type { Io } from "../command.ts";
import { describeSchedule } from "../describe-schedule.ts";
import { isPaused, type KnownDag } from "../known-dags.ts";
import { nextRun, shortTime } from "../next-runs.ts";
import { printable } from "../printable.ts";
import { readProjectSettings } from "../project-settings.ts";
import { renderTable } from "../render-table.ts";
import { widthOf } from "../show-rows.ts";

/** More than a screen of them nobody reads: `dags list` has them all. */
const mostShown = 40;

const noDags = "There is no DAG to run: what you save in dags/ is live within a second.\n\n";

export function describeDags(dags: readonly KnownDag[], io: Io): string {
  if (dags.length === 0) return noDags;
  const settings = readProjectSettings(io);
  const now = Date.now();
  const rows = dags.map((dag) => ({ id: dag.model.id, dag, paused: isPaused(dag, settings) }));
  const cells = rows
    .slice(0, mostShown)
    .map(({ id, dag, paused }) => [
      printable(id),
      describeSchedule(dag.model.schedule) ?? "manual",
      nextRunOf(dag, paused, now),
      printable(paused),
    ]);
  const table = renderTable(["dag_id", "schedule", "next_run", "paused"], cells, widthOf(io));
  const more = rows.length - cells.length;
  const rest = more > 0 ? `and ${countNoun(more, "more DAG")}: npx dagwright dags list\n` : "";
  const triggered = rows.find(({ paused }) => !paused) ?? rows[0]!;
  return `${table}${rest}\n${describePaused(rows)}Run one now:  npx dagwright dags trigger ${triggered.id}\n\n`;
}

function nextRunOf(dag: KnownDag, paused: boolean, now: number): string {
  const next = nextRun(dag, now);
  if (next === null) return "";
  return !paused && next.runAfter <= now ? "now" : shortTime(airflowTime(next.runAfter));
}

function describePaused(rows: readonly { readonly id: string; readonly paused: boolean }[]): string {
  const paused = rows.filter((row) => row.paused);
  if (paused.length === 0) return "";
  const all = paused.length === rows.length ? "Nothing runs yet: every DAG is paused, as new ones are.\n" : "";
  return `${all}Unpause one:  npx dagwright dags unpause ${paused[0]!.id}\n`;
}
