// Random programs of an author: DAGs whose options are mostly sound, sometimes odd, and sometimes of a type that the compiler would have
// refused. The same seed, the same program.

import { Dag } from "../../runtime/dag/dag.ts";
import type { TaskRef } from "../../runtime/dag/definition.ts";
import { param } from "../../runtime/dag/param.ts";
import { show } from "../../runtime/dag/shapes.ts";
import { triggerRules } from "../../runtime/dag/trigger-rules.ts";
import { checkCounts, sql } from "../../runtime/operators/index.ts";
import type { Random } from "./random.ts";

const oddTexts = [
  "",
  " ",
  'a"b',
  "a'b",
  "a\\b",
  "line\nline",
  "\r",
  "\u2028",
  "\u0000",
  "\u{1f980}",
  "größe",
  "\ud800",
  '"""',
  "{{ ds }}",
  "{% raw %}",
  "# type: ignore",
  "\\N{BULLET}",
  "x".repeat(500),
  "__proto__",
  "constructor",
  "None",
  "class",
  "../..",
  "run.sh",
  `$\{#list[@]}`,
  "\u202e\u200b",
];
const oddNumbers = [0, -0, -1, 1.5, 1e-7, 1e21, 2 ** 31, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY];
const dates = [
  "2024-01-01",
  "2024-02-29T06:30:00",
  "2024-02-30",
  "2099-12-31",
  "0001-01-01",
  "yesterday",
  "2024-01-01T00:00Z",
];
const schedules = [
  null,
  "@daily",
  "@once",
  "@continuous",
  "0 0 30 2 *",
  "*/5 * * * MON-FRI",
  "0 0 31 2 MON",
  "1-0 * * * *",
  { every: 900 },
  { every: -1 },
  { cron: "@weekly", dataInterval: true },
];
const zones = ["UTC", "Europe/Vienna", "America/New_York", "Mars/Olympus", "+01:00", "utc"];

/** Chance of an odd value among the sound ones; of a value of any type among those. */
const oddChance = 0.08;
const wrongTypeChance = 0.03;

/** Defines the DAG, as its file would while it is loaded. Whatever the surface throws is the author's to see. */
export function defineRandomDag(random: Random, id: string): void {
  const any = () => anyValue(random, 3);
  const pick = <T>(sound: () => T) => choose(random, sound);
  const text = () => random.pick(["a", "films", "load the films", "x_1"]);
  const count = () => random.integer(5);
  const flag = () => random.chance(0.5);
  const some = (fields: Readonly<Record<string, () => unknown>>, share: number) =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]) => (random.chance(share) ? [[name, pick(value)]] : [])),
    );
  const args = {
    owner: text,
    retries: count,
    retryDelay: () => count() * 60,
    retryExponentialBackoff: flag,
    maxRetryDelay: () => 60 + count(),
    executionTimeout: () => 1 + count(),
    pool: text,
    poolSlots: () => 1 + count(),
    priorityWeight: count,
    weightRule: () => random.pick(["downstream", "upstream", "absolute"]),
    queue: text,
    dependsOnPast: flag,
    ignoreFirstDependsOnPast: flag,
    waitForDownstream: flag,
    maxActiveTisPerDag: () => 1 + count(),
    maxActiveTisPerDagrun: () => 1 + count(),
  };
  const task = {
    ...args,
    displayName: text,
    docMd: text,
    triggerRule: () => random.pick(triggerRules),
    idempotent: flag,
  };
  const spec = some(
    {
      displayName: text,
      description: text,
      docMd: text,
      schedule: () => random.pick(schedules),
      startDate: () => random.pick(dates),
      endDate: () => random.pick(dates),
      timezone: () => random.pick(zones),
      catchup: flag,
      tags: () => [text(), pick(text)],
      ownerLinks: () => ({
        [show(pick(text))]: "https://example.com/",
        [random.pick(oddTexts)]: "mailto:a@example.com",
      }),
      maxActiveRuns: () => 1 + count(),
      maxActiveTasks: () => 1 + count(),
      maxConsecutiveFailedDagRuns: count,
      dagrunTimeout: () => 1 + count(),
      failFast: () => random.chance(0.1),
      isPausedUponCreation: flag,
      destructive: flag,
      params: () => ({
        a: any(),
        [random.chance(0.2) ? random.pick(oddTexts) : "b"]: random.chance(0.5) ? param({ default: 1 }) : 2,
      }),
      defaultArgs: () => some(args, 0.4),
    },
    0.35,
  );
  const dag = new Dag(random.chance(0.03) ? (anyValue(random, 0) as never) : id, spec as never);
  const placed: TaskRef<unknown>[] = [];
  for (let index = random.integer(7); index > 0; index--) {
    const taskId = random.chance(oddChance) ? (pick(text) as string) : `t${index}`;
    const options = some(task, 0.12) as never;
    placed.push(place(taskId, options));
  }
  for (const later of placed) {
    for (const earlier of placed) {
      const isForward = placed.indexOf(earlier) < placed.indexOf(later);
      if (random.chance(isForward ? 0.3 : 0.01)) later.after(earlier);
    }
  }

  function place(taskId: string, options: never): TaskRef<unknown> {
    const inputs = { value: random.chance(0.3) && placed[0] ? placed[0] : any() };
    switch (random.integer(8)) {
      case 0:
        return dag.task(taskId, (given: { value: unknown }) => given, options)(inputs as never);
      case 1:
        return dag.shortCircuit(taskId, () => true, options)();
      case 2:
        return dag.bash(taskId, pick(() => "echo films") as string, options);
      case 3:
        return dag.empty(taskId, options);
      case 4:
        return dag.setup(taskId, () => null, options);
      case 5:
        return dag.teardown(taskId, () => null, { ...(options as object), of: placed } as never);
      case 6:
        return dag.run(taskId, sql({ connection: pick(text) as string, text: pick(text) as string }), options);
      default:
        return dag.run(taskId, checkCounts({ connection: "a", expected: { film: pick(count) as number } }), options);
    }
  }
}

function choose(random: Random, sound: () => unknown): unknown {
  if (random.chance(wrongTypeChance)) return anyValue(random, 2);
  const value = sound();
  if (!random.chance(oddChance)) return value;
  if (typeof value === "string") return random.pick(oddTexts);
  return typeof value === "number" ? random.pick(oddNumbers) : value;
}

function anyValue(random: Random, depth: number): unknown {
  const leaves: readonly (() => unknown)[] = [
    () => random.pick(oddTexts),
    () => random.pick(oddNumbers),
    () => random.chance(0.5),
    () => null,
    () => "plain",
    () => random.integer(100),
    () => undefined,
    () => 10n,
    () => new Date(0),
    () => () => 1,
    () => Symbol("s"),
  ];
  // What JSON holds is the usual case.
  const limit = random.chance(0.9) ? 6 : leaves.length;
  if (depth === 0 || random.chance(0.5)) return leaves[random.integer(limit)]!();
  const parts = Array.from({ length: random.integer(4) }, () => anyValue(random, depth - 1));
  if (random.chance(0.5)) return parts;
  return Object.fromEntries(parts.map((part) => [random.pick(oddTexts), part]));
}
