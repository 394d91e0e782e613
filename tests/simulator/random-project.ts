// Random projects for the simulator: a few DAGs with schedules of minutes, limits, pools and dependence on the past.

import type { DagModel, TaskModel } from "../../runtime/dag/model.ts";
import type { Schedule } from "../../runtime/dag/schedule.ts";
import type { Manifest } from "../../runtime/manifest.ts";
import { type MadeTask, madeDag } from "../support/made-dag.ts";
import type { Random } from "../support/random.ts";
import { randomDag } from "../support/random-dag.ts";

export const simulatedStart = Date.parse("2026-03-01T00:00:00Z");

export function randomManifest(random: Random): Manifest {
  const dags = Array.from({ length: 1 + random.integer(3) }, (_, index) => randomScheduledDag(random, `dag_${index}`));
  return {
    version: 1,
    bundles: [],
    dags: dags.map((model) => ({ model, definition: "1", chunk: "", file: `dags/${model.id}.ts` })),
  };
}

function randomScheduledDag(random: Random, id: string): DagModel {
  const failFast = random.chance(0.1);
  const isOvertaken = !failFast && random.chance(0.15);
  const spec: Partial<DagModel> = {
    id,
    schedule: randomSchedule(random),
    startDate: random.pick(["2026-02-28T23:00:00", "2026-03-01", "2026-03-01T00:20:00", null]),
    catchup: random.chance(0.5),
    maxActiveRuns: random.pick([1, 2, 3, null]),
    maxActiveTasks: random.pick([1, 3, null]),
    isPausedUponCreation: random.chance(0.1),
    ...(random.chance(0.1) ? { dagrunTimeout: 30 + random.integer(300) } : {}),
    ...(random.chance(0.1) ? { maxConsecutiveFailedDagRuns: 1 + random.integer(3) } : {}),
    ...(failFast ? { failFast } : {}),
  };
  const dag = isOvertaken ? madeDag(overtaken, spec) : randomDag(random, spec, failFast ? ["all_success"] : undefined);
  return { ...dag, tasks: dag.tasks.map((task) => withLimits(random, task)) };
}

/** A failure overtakes a task that still uses the setup: the teardown must wait for it all the same. */
const overtaken: readonly MadeTask[] = [
  { id: "setup", role: "setup" },
  { id: "slow", upstream: ["setup"] },
  { id: "failing", upstream: ["setup"] },
  { id: "joined", upstream: ["slow", "failing"] },
  { id: "teardown", upstream: ["setup", "joined"], role: "teardown", setups: ["setup"] },
];

function randomSchedule(random: Random): Schedule | null {
  const dataInterval = random.chance(0.3) ? ({ dataInterval: true } as const) : {};
  const expression = random.pick(["*/5 * * * *", "*/15 * * * *", "7 * * * *"]);
  return random.pick<Schedule | null>([
    { kind: "cron", expression, timezone: "Europe/Vienna", ...dataInterval },
    { kind: "delta", seconds: random.pick([240, 600.5]), ...dataInterval },
    { kind: "once" },
    null,
  ]);
}

function withLimits(random: Random, task: TaskModel): TaskModel {
  return {
    ...task,
    retryDelay: random.pick([0, 1, 90]),
    ...(random.chance(0.2) ? { pool: "small", poolSlots: 1 + random.integer(2) } : {}),
    ...(random.chance(0.2) ? { priorityWeight: random.integer(10) } : {}),
    ...(random.chance(0.1) ? { maxActiveTisPerDag: 1 } : {}),
    ...(random.chance(0.1) ? { dependsOnPast: true } : {}),
    ...(random.chance(0.05) ? { waitForDownstream: true, dependsOnPast: true } : {}),
  };
}
