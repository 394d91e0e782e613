// What a scheduler takes while nothing is due.

import { startAirflowScheduler } from "../airflow-scheduler.ts";
import { createBenchProject } from "../bench-project.ts";
import type { Benchmark, Candidate } from "../benchmark.ts";
import { startDagwrightScheduler } from "../dagwright-scheduler.ts";
import { createProjectOfMany } from "../many-dags.ts";
import { airflowIsMissing, airflowVersion, findAirflow } from "../python-environment.ts";
import { measureRest, type RunningScheduler } from "../running-scheduler.ts";

const restMs = 20_000;
/** After a start a process gives back what it needed for it. */
const settleMs = 5_000;
const many = 1_000;

export const schedulerIdle: Benchmark = {
  name: "scheduler-idle",
  summary: "CPU and memory while nothing is due, against Airflow's scheduler",
  rounds: 2,
  setUp: async (atEnd) => {
    const project = createBenchProject(atEnd);
    const ofMany = createProjectOfMany(atEnd, { count: many, schedule: "0 0 29 2 *" });
    const airflow = findAirflow(airflowVersion);
    const rest = (name: string, scheduler: RunningScheduler): Candidate => {
      atEnd(scheduler.stop);
      return { name, steps: () => measureRest(scheduler, restMs) };
    };
    const candidates: Candidate[] = [];
    if (airflow) {
      const options = { airflow, dagsFolder: project.dagsFolder, dagIds: ["nothing"] };
      candidates.push(rest("airflow, a few DAGs", await startAirflowScheduler(options)));
    }
    candidates.push(rest("dagwright, a few DAGs", await startDagwrightScheduler(project.root)));
    candidates.push(rest(`dagwright, ${many.toLocaleString("en")} DAGs`, await startDagwrightScheduler(ofMany)));
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    return {
      comparisons: [{ subject: `${restMs / 1_000} s`, candidates }],
      versions: { Node: process.versions.node, ...(airflow && { Airflow: airflowVersion }) },
      notes: [
        "CPU and memory (PSS) are of all processes of the scheduler, for Airflow with its API server and DAG processor",
        ...(airflow ? [] : [airflowIsMissing]),
      ],
    };
  },
};
