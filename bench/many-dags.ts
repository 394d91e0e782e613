// A built project of many DAGs, three bash tasks each.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "./bench-project.ts";

export interface ManyDags {
  readonly count: number;
  /** A cron expression, or a number of seconds. */
  readonly schedule: string | number;
  /** Of each DAG; default: three of `true`. */
  readonly tasks?: string;
  /** ISO 8601; default: so that nothing that is due was missed long ago. */
  readonly startDate?: string;
  /** Further arguments of each DAG. */
  readonly more?: string;
}

const threeTasks = `chain(dag.bash("a", "true"), dag.bash("b", "true"), dag.bash("c", "true"));`;

/** Returns its folder. */
export function createProjectOfMany(atEnd: (remove: () => Promise<void>) => void, dags: ManyDags): string {
  const root = mkdtempSync(join(tmpdir(), "dagwright-bench-"));
  atEnd(async () => rmSync(root, { recursive: true, force: true }));
  const { count, schedule, tasks = threeTasks, startDate = "2026-11-01", more = "" } = dags;
  const written = typeof schedule === "string" ? JSON.stringify(schedule) : `{ every: ${schedule} }`;
  mkdirSync(join(root, "dags"));
  const text = `import { chain, Dag } from "dagwright";

for (let number = 1; number <= ${count}; number++) {
  const dag = new Dag(\`dag_\${number}\`, { schedule: ${written}, startDate: "${startDate}", ${more}});
  ${tasks}
}
`;
  writeFileSync(join(root, "dags", "many.ts"), text);
  execFileSync(process.execPath, [commandLine, "build", "--project", root], { stdio: ["ignore", "ignore", "inherit"] });
  return root;
}
