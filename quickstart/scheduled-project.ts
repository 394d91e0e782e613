// A copy of the project in which the replication has a schedule: as if somebody had edited the DAG file, and left the project's own as it is.

import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

/** Below the project: from there its packages are found. */
const folder = join(".dagwright", "quickstart");

/** Returns its folder, relative to the project. */
export function writeScheduledProject(firstRun: Date): string {
  const root = join(projectRoot, folder);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  cpSync(join(projectRoot, "dags"), join(root, "dags"), { recursive: true });
  symlinkSync(join(projectRoot, "include"), join(root, "include"));
  const file = join(root, "dags", "replicate-pagila.ts");
  const source = readFileSync(file, "utf8");
  const startDate = firstRun.toISOString().slice(0, 19);
  const edited = source
    .replace("schedule: null", "schedule: { every: 86_400 }")
    .replace(/startDate: ".*?"/, `startDate: "${startDate}"`);
  if (!edited.includes("every: 86_400") || !edited.includes(startDate)) throw new Error(`${file} has another shape`);
  writeFileSync(file, edited);
  return folder;
}
