// `dagwright standalone`: the scheduler for a person at a laptop, who sees first which DAGs there are. Airflow's command of that name.

import type { Command } from "../command.ts";

export const standalone: Command = {
  name: "standalone",
  summary: "Show the project's DAGs, and run them on their schedules: all that a laptop needs",
  examples: [{ command: "dagwright standalone", description: "What you save is live within a second; Ctrl-C ends it" }],
  heedsKill: true,
  run: async (_, io) => {
    const { migrateStore } = await import("../migrate-store.ts");
    const { runScheduler } = await import("../scheduler/run-scheduler.ts");
    const { describeDags } = await import("../scheduler/describe-dags.ts");
    const { hasChanged, text } = migrateStore(io);
    if (hasChanged) io.stdout(text);
    return runScheduler({ logFormat: "text" }, io, (dags) => describeDags(dags, io));
  },
};
