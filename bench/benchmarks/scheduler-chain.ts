// From one task to the next under a scheduler: a run of forty tasks in a chain, against Airflow's scheduler as it comes and with a short sleep.

import { startAirflowScheduler } from "../airflow-scheduler.ts";
import { createBenchProject } from "../bench-project.ts";
import type { Benchmark } from "../benchmark.ts";
import { startDagwrightScheduler } from "../dagwright-scheduler.ts";
import { airflowIsMissing, airflowVersion, findAirflow } from "../python-environment.ts";
import { measureRun, type RunningScheduler } from "../running-scheduler.ts";

const subjects = { clocks_of_bash: "40 × bash", clocks_of_node: "40 × TypeScript" } as const;
const dagIds = Object.keys(subjects);
/** Of Airflow's scheduler when it has found nothing to do; 1 s as it comes. */
const shortSleep = { AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME: "0.05" };

export const schedulerChain: Benchmark = {
  name: "scheduler-chain",
  summary: "a run of forty tasks in a chain under the scheduler, against Airflow's",
  rounds: 3,
  setUp: async (atEnd) => {
    const project = createBenchProject(atEnd);
    const airflow = findAirflow(airflowVersion);
    const schedulers = new Map<string, RunningScheduler>();
    const keep = (name: string, scheduler: RunningScheduler) => {
      atEnd(scheduler.stop);
      schedulers.set(name, scheduler);
    };
    if (airflow) {
      const options = { airflow, dagsFolder: project.dagsFolder, dagIds };
      keep("airflow scheduler", await startAirflowScheduler(options));
      const tuned = { ...options, environment: shortSleep };
      keep("airflow scheduler, idle sleep 0.05 s", await startAirflowScheduler(tuned));
    }
    keep("dagwright scheduler", await startDagwrightScheduler(project.root));
    return {
      comparisons: Object.entries(subjects).map(([dagId, subject]) => ({
        subject,
        candidates: [...schedulers].map(([name, scheduler]) => ({ name, steps: () => measureRun(scheduler, dagId) })),
      })),
      versions: { Node: process.versions.node, ...(airflow && { Airflow: airflowVersion }) },
      notes: [
        "a run's time is from its trigger to its end, as the scheduler wrote them down; all schedulers are up all the time",
        "each: from the end of one task, as the scheduler wrote it down, to the start of the next one's process",
        "CPU and memory (PSS) are of all processes of the scheduler, for Airflow with its API server and DAG processor",
        ...(airflow ? [] : [airflowIsMissing]),
      ],
    };
  },
};
