// What a foreground run cannot do as Airflow would, and a scheduler does: refused by name, never ignored. Ignored without a word is what has
// no effect within one run on one machine: names, documentation and links for Airflow's page; catchup, maxActiveRuns,
// maxConsecutiveFailedDagRuns and isPausedUponCreation, which are about runs that a scheduler starts; queue, as this machine is every queue's
// worker; maxActiveTisPerDag and maxActiveTisPerDagrun, as a run has one instance of each task; ignoreFirstDependsOnPast, which means
// nothing without dependsOnPast.

import type { RunFacts } from "../runtime/contract.ts";
import { dagDates } from "../runtime/dag/dag-dates.ts";
import { airflowDefaults, type DagModel, effectiveArgs, type TaskModel } from "../runtime/dag/model.ts";
import { KnownError } from "../runtime/errors.ts";

/** @throws KnownError naming what is refused. */
export function refuseWhatIsNotHonoured(dag: DagModel, run: RunFacts): void {
  refuseDateOutsideSchedule(dag, run);
  const found = notHonoured(dag);
  if (found.length === 0) return;
  const commands = `\`npx dagwright scheduler\`, and \`npx dagwright dags trigger ${dag.id}\``;
  throw new KnownError({
    what: "the DAG uses what one run by itself does not honour",
    where: `DAG ${dag.id}`,
    found: found.join(", "),
    remedy: `Let a scheduler run it: ${commands}; or test it with \`airflow dags test\`, or leave out what is named`,
    isRetryable: false,
  });
}

/** As the author wrote them. A value that is Airflow's default changes nothing. */
function notHonoured(dag: DagModel): string[] {
  return [
    ...(dag.dagrunTimeout === undefined ? [] : [`dagrunTimeout ${dag.dagrunTimeout}`]),
    ...dag.tasks.flatMap((task) => notHonouredOf(dag, task).map((found) => `${found} of task ${task.id}`)),
  ];
}

function notHonouredOf(dag: DagModel, task: TaskModel): string[] {
  const { pool, poolSlots, dependsOnPast, waitForDownstream } = effectiveArgs(dag, task);
  // An empty task takes no slot: Airflow's scheduler does not run it either.
  const takesSlot = task.kind !== "empty";
  return [
    ...(takesSlot && pool !== airflowDefaults.pool ? [`pool ${JSON.stringify(pool)}`] : []),
    ...(takesSlot && poolSlots !== airflowDefaults.poolSlots ? [`poolSlots ${poolSlots}`] : []),
    ...(dependsOnPast ? ["dependsOnPast true"] : []),
    ...(waitForDownstream ? ["waitForDownstream true"] : []),
  ];
}

/** Airflow creates no task instances for a logical date outside the DAG's dates, and the run ends with nothing done. @throws KnownError */
export function refuseDateOutsideSchedule(dag: DagModel, { logicalDate }: RunFacts): void {
  if (logicalDate === null) return;
  const refuse = (where: "before" | "after", name: "start" | "end", date: string) => {
    throw new KnownError({
      what: `the logical date lies ${where} the DAG's ${name} date: Airflow would run none of its tasks`,
      where: `DAG ${dag.id}`,
      found: `logical date ${logicalDate}, ${name}Date ${date} in ${dag.timezone}`,
      remedy:
        where === "before"
          ? "Give a later logical date, or an earlier startDate"
          : "Give an earlier logical date, or a later endDate",
      isRetryable: false,
    });
  };
  const date = Date.parse(logicalDate);
  const { startDate, endDate } = dagDates(dag);
  if (startDate !== null && date < startDate) refuse("before", "start", dag.startDate!);
  if (endDate !== null && date > endDate) refuse("after", "end", dag.endDate!);
}
