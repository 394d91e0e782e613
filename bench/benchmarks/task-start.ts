// What it costs to start a task of TypeScript: a real task process that does nothing, against the bare programs.

import { createBenchProject } from "../bench-project.ts";
import type { Benchmark } from "../benchmark.ts";

export const taskStart: Benchmark = {
  name: "task-start",
  summary: "a task process that does nothing, against node -e 0 and sh -c true",
  rounds: 30,
  setUp: async (atEnd) => {
    const project = createBenchProject(atEnd);
    const node = process.execPath;
    return {
      comparisons: [
        {
          subject: "start",
          candidates: [
            { name: "node -e 0", steps: () => [{ command: node, args: ["-e", "0"] }] },
            { name: "sh -c true", steps: () => [{ command: "sh", args: ["-c", "true"] }] },
            { name: "task, as standalone starts it", steps: () => [project.taskStep("nothing", "do_nothing")] },
            {
              name: "task, as Airflow starts it",
              steps: () => [project.taskStep("nothing", "do_nothing", { callerPid: process.pid })],
            },
          ],
        },
      ],
      versions: { Node: process.versions.node },
      notes: [
        "Node alone, without the shell or the Python around it; under Airflow the task itself watches its caller",
        "NODE_EXTRA_CA_CERTS is not set for any of them: it slows each start of Node 20 down",
      ],
    };
  },
};
