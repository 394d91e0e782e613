// Checking a project's DAGs: `dagwright lint` on the TypeScript, with nothing kept from the time before, with nothing changed since, and with one
// file changed; against the pytest of an Astro project, a DagBag and its checks, on the Python that was built from it.

import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../quickstart/project-root.ts";
import { commandLine } from "../bench-project.ts";
import type { Benchmark, Candidate, Comparison } from "../benchmark.ts";
import { findAirflow, findPytest } from "../python-environment.ts";

const airflowVersion = "3.3.2";
const sizes = [50, 200, 1_000];

export const lint: Benchmark = {
  name: "lint",
  summary: "dagwright lint of 50, 200 and 1,000 DAGs, or --sizes, against the pytest of an Astro project",
  rounds: 3,
  sizes,
  setUp: async (atEnd, chosen) => {
    const folder = mkdtempSync(join(tmpdir(), "dagwright-bench-"));
    atEnd(async () => rmSync(folder, { recursive: true, force: true }));
    const airflow = findPytest() && findAirflow(airflowVersion);
    if (airflow) cpSync(join(airflow, "airflow-home", "airflow.db"), join(folder, "airflow.db"));
    const missing = `Airflow is left out: npm test makes .venv/airflow-${airflowVersion} and .venv/pytest, which are not there`;
    return {
      comparisons: chosen.map((size) => compare(size, { folder, airflow })),
      versions: { Node: process.versions.node, ...(airflow && { Airflow: airflowVersion }) },
      notes: [
        airflow ? "DAGs of five tasks, one in a file; Airflow reads the Python that was built from them" : missing,
      ],
    };
  },
};

interface Parts {
  readonly folder: string;
  readonly airflow: string | undefined;
}

function compare(size: number, { folder, airflow }: Parts): Comparison {
  const root = writeProject(join(folder, String(size)), size);
  const candidates = lintCandidates(root);
  if (airflow === undefined) return { subject: `${size} DAGs`, candidates };
  execFileSync(process.execPath, [commandLine, "build", "--project", root], { stdio: ["ignore", "ignore", "inherit"] });
  const environment = {
    HOME: folder,
    AIRFLOW_HOME: folder,
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW__CORE__DAGS_FOLDER: join(root, "build", "dags"),
    PYTHONPATH: findPytest()!,
  };
  const args = ["-m", "pytest", "-q", "-p", "no:cacheprovider", join(projectRoot, "bench", "peers", "test_dags.py")];
  const step = { command: join(airflow, "bin", "python"), args, environment };
  return { subject: `${size} DAGs`, candidates: [{ name: "pytest", steps: () => [step] }, ...candidates] };
}

function lintCandidates(root: string): Candidate[] {
  const args = [commandLine, "lint", "--project", root];
  const steps = () => [{ command: process.execPath, args }];
  const lintOnce = () => execFileSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  const forget = async () => rmSync(join(root, ".dagwright"), { recursive: true, force: true });
  const remember = async () => void lintOnce();
  const change = async () => {
    lintOnce();
    appendFileSync(join(root, "dags", "dag-7.ts"), "// changed\n");
    // A file that is as young as the lint is not relied upon, and nobody types that fast.
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  return [
    { name: "lint, nothing kept", prepare: forget, steps },
    { name: "lint, nothing changed", prepare: remember, steps },
    { name: "lint, one file changed", prepare: change, steps },
  ];
}

function writeProject(root: string, size: number): string {
  mkdirSync(join(root, "dags"), { recursive: true });
  for (let number = 0; number < size; number++) writeFileSync(join(root, "dags", `dag-${number}.ts`), dagFile(number));
  return root;
}

/** The minutes of the day are not enough for more than a few thousand: those are spread over the days, too. */
function scheduleOf(number: number): string {
  return `${number % 60} ${Math.floor(number / 60) % 24} ${Math.floor(number / 1_440) === 0 ? "*" : (Math.floor(number / 1_440) % 28) + 1} * *`;
}

function dagFile(number: number): string {
  return `import { chain, Dag } from "dagwright";
import { sql } from "dagwright/operators";

const dag = new Dag("dag_${number}", {
  schedule: "${scheduleOf(number)}",
  startDate: "2024-01-01",
  tags: ["bench"],
  defaultArgs: { retries: 2, retryDelay: 60 },
});
const extract = dag.task("extract", () => ({ rows: ${number} }))();
const transform = dag.task("transform", ({ rows }: { rows: { rows: number } }) => rows.rows + 1);
const load = dag.run("load", sql({ connection: "warehouse", text: "SELECT ${number}" }));
chain(extract, transform({ rows: extract }), load, dag.bash("notify", "echo done"), dag.empty("end"));
`;
}
