// Forty tasks in a chain: `dagwright dags test` against `airflow dags test` of the Python that was built from the same DAG.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BenchProject, commandLine, createBenchProject } from "../bench-project.ts";
import type { Benchmark, Candidate } from "../benchmark.ts";
import { airflowIsMissing, airflowVersion, findAirflow } from "../python-environment.ts";

const subjects = { chain_of_bash: "40 × bash true", chain_of_node: "40 × TypeScript" } as const;

export const chain: Benchmark = {
  name: "chain",
  summary: "dags test of forty tasks in a chain, against Airflow's own",
  rounds: 3,
  setUp: async (atEnd) => {
    const project = createBenchProject(atEnd);
    const airflow = findAirflow(airflowVersion);
    const home = mkdtempSync(join(tmpdir(), "dagwright-bench-airflow-"));
    atEnd(async () => rmSync(home, { recursive: true, force: true }));
    if (airflow) cpSync(join(airflow, "airflow-home", "airflow.db"), join(home, "airflow.db"));
    return {
      comparisons: Object.entries(subjects).map(([dagId, subject]) => ({
        subject,
        candidates: [
          ...(airflow ? [airflowCandidate(dagId, { airflow, home, project })] : []),
          {
            name: "dagwright dags test",
            steps: () => [
              { command: process.execPath, args: [commandLine, "dags", "test", dagId, "--project", project.root] },
            ],
          },
        ],
      })),
      versions: { Node: process.versions.node, ...(airflow && { Airflow: airflowVersion }) },
      notes: airflow
        ? ["Airflow runs the Python built from the same DAG, on its own metadata database"]
        : [airflowIsMissing],
    };
  },
};

interface Parts {
  readonly airflow: string;
  readonly home: string;
  readonly project: BenchProject;
}

function airflowCandidate(dagId: string, { airflow, home, project }: Parts): Candidate {
  const environment = {
    PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
    HOME: home,
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW__CORE__DAGS_FOLDER: project.dagsFolder,
  };
  const step = { command: join(airflow, "bin", "airflow"), args: ["dags", "test", dagId], environment };
  return { name: "airflow dags test", steps: () => [step] };
}
