// `dagwright scheduler`: runs the project's DAGs without Airflow, on their schedules and as commands ask. Airflow's command of that name.

import type { Command } from "../command.ts";
import type { SchedulerArgs } from "../scheduler/run-scheduler.ts";

export const scheduler: Command<SchedulerArgs> = {
  name: "scheduler",
  summary: "Run the project's DAGs on their schedules, without Airflow",
  options: {
    build: {
      type: "string",
      description:
        "Run this finished build, as `dagwright build` wrote it; default: the sources, built whenever they change",
    },
    logFormat: {
      type: "string",
      choices: ["text", "json"],
      default: "text",
      description: "text for people, json for programs: a line for each event",
    },
  },
  examples: [
    { command: "dagwright scheduler", description: "While you write DAGs: what you save is live within a second" },
    { command: "dagwright scheduler --build build --log-format json", description: "In production, without sources" },
  ],
  heedsKill: true,
  run: async (args, io) => {
    const { runScheduler } = await import("../scheduler/run-scheduler.ts");
    return runScheduler(args, io);
  },
};
