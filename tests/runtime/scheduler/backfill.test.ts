// Backfills: real Airflow makes the same runs of the same dates, in the same order, over the same runs of before, and refuses the same.

import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { airflowTime } from "../../../runtime/dag/airflow-time.ts";
import type { DagModel } from "../../../runtime/dag/model.ts";
import type { Schedule } from "../../../runtime/dag/schedule.ts";
import type { DagRunState } from "../../../runtime/dag/states.ts";
import { slotsBetween } from "../../../runtime/dag/timetable.ts";
import {
  createBackfillRuns,
  dryRunBackfill,
  type NewBackfillRequest,
} from "../../../runtime/scheduler/create-backfill.ts";
import type { BackfillRefusal } from "../../../runtime/scheduler/plan-backfill.ts";
import { createBackfill, findBackfill, type ReprocessBehavior } from "../../../runtime/store/backfills.ts";
import { findDagRun } from "../../../runtime/store/dag-runs.ts";
import { takeNotices } from "../../../runtime/store/notices.ts";
import { openStore, type Store } from "../../../runtime/store/open-store.ts";
import { type AirflowVersion, airflowVersions, describeWithPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";
import { madeDag } from "../../support/made-dag.ts";
import { type Random, randomFrom } from "../../support/random.ts";
import {
  type AirflowAnswer,
  askAirflowByHand,
  type Case,
  type CaseRun,
  isCompared,
  readRuns,
  storeRuns,
} from "./ask-airflow-by-hand.ts";

const hourMs = 3_600_000;
/** Of which 3.0.6 is asked a tenth. */
const casesOf = (version: AirflowVersion) => (version === "3.0.6" ? 1_500 : 300);

/** Airflow's exceptions. */
const refusals: Readonly<Record<BackfillRefusal["reason"], string>> = {
  // Ours alone: no case is of such a DAG.
  destructive: "",
  not_periodic: "DagNonPeriodicScheduleException",
  already_running: "AlreadyRunningBackfill",
  reversed_dates: "InvalidBackfillDateRange",
  future_dates: "InvalidBackfillDate",
  backwards_on_past: "InvalidBackfillDirection",
  no_reprocessing: "InvalidReprocessBehavior",
  no_runs: "NoBackfillRunsToCreate",
  too_many_runs: "",
};

function open(): Store {
  const store = openStore(join(createFolder(), "dagwright.db"));
  onTestFinished(() => void store.close());
  return store;
}

describeWithPython("real Airflow", () => {
  it.each(airflowVersions.filter(isCompared))(
    "%s makes the same backfills, of all and of none",
    { timeout: 240_000 },
    async (version) => {
      const store = open();
      const asked = Array.from({ length: casesOf(version) }, (_, seed) => randomBackfill(seed)).filter((one) =>
        isOf(one, version),
      );
      expect(asked.length).toBeGreaterThan(100);
      const answers = await askAirflowByHand(version, asked);
      for (const [index, one] of asked.entries()) {
        const title = `${one.versions[0]!.id}: ${JSON.stringify(one)}`;
        storeRuns(store, one);
        expect(backfill(store, one), title).toEqual(comparable(answers[index]!));
      }
      expect(new Set(answers.map(({ refused = "none" }) => refused)).size).toBeGreaterThan(version === "3.0.6" ? 2 : 6);
    },
  );
});

describe("a backfill", () => {
  const model = madeDag([{ id: "a" }], { schedule: { kind: "cron", expression: "0 0 * * *", timezone: "UTC" } });
  const now = Date.UTC(2024, 1, 1);
  const asked: NewBackfillRequest = {
    present: { model, definition: "1", build: "1" },
    from: Date.UTC(2024, 0, 1),
    to: Date.UTC(2024, 0, 3),
    runBackwards: false,
    reprocessBehavior: null,
    maxActiveRuns: 10,
    conf: null,
  };
  const created = (store: Store) => {
    const made = createBackfillRuns(store, asked, now);
    if (made.kind === "refused") throw new Error(made.refusal.what);
    return made;
  };

  it("tells the scheduler of each of its runs, and is open until they have ended", () => {
    const store = open();
    const { backfill: id, runs } = created(store);
    expect(runs).toHaveLength(3);
    const notices = runs.map(({ runId }) => ({ kind: "dag_run", run: findDagRun(store, "made", runId)!.id }));
    expect(takeNotices(store)).toEqual([...notices, { kind: "dag", dagId: "made" }]);
    expect(findBackfill(store, id)?.completedAt).toBeNull();
    expect(createBackfillRuns(store, asked, now)).toMatchObject({ refusal: { reason: "already_running" } });
  });

  it("of which every date has a run already is done at once", () => {
    const store = open();
    const runs = [1, 2, 3].map((day): CaseRun => {
      const date = `2024-01-0${day}T00:00:00+00:00`;
      return { id: `scheduled__${date}`, date, type: "scheduled", state: "success", tasks: {} };
    });
    storeRuns(store, { versions: [model], runs, action: { kind: "backfill" } });
    const { backfill: id, runs: made } = created(store);
    expect(made.map(({ reason }) => reason)).toEqual(["already exists", "already exists", "already exists"]);
    expect(findBackfill(store, id)?.completedAt).not.toBeNull();
  });

  it("of more runs than anybody means is refused", () => {
    const schedule: Schedule = { kind: "delta", seconds: 1 };
    const request = { ...asked, present: { ...asked.present, model: { ...model, schedule } } };
    expect(createBackfillRuns(open(), request, now)).toMatchObject({ refusal: { reason: "too_many_runs" } });
  });
});

function backfill(store: Store, { versions: [model], action }: Case) {
  const { id: dagId } = model!;
  const of = (name: string) => action[name] as never;
  const request: NewBackfillRequest = {
    present: { model: model!, definition: "1", build: "1" },
    from: Date.parse(of("from_date")),
    to: Date.parse(of("to_date")),
    runBackwards: of("reverse"),
    reprocessBehavior: of("reprocess_behavior"),
    maxActiveRuns: 10,
    conf: of("conf"),
  };
  const dry = dryRunBackfill(store, request, Date.now());
  if (action["has_open_backfill"] === true) openBackfill(store, dagId);
  const made = createBackfillRuns(store, request, Date.now());
  const attempted = dry.kind === "refused" ? [] : dry.runs.filter(({ action: todo }) => todo !== "skip");
  const slots = made.kind === "refused" ? [] : made.runs;
  return comparable({
    dry_run: dry.kind === "refused" ? refusals[dry.refusal.reason] : attempted.map(({ logicalDate }) => logicalDate),
    ...(made.kind === "refused" && { refused: refusals[made.refusal.reason] }),
    slots: slots.map(({ logicalDate, runId, reason }, index) => [
      index + 1,
      logicalDate,
      reason === null ? runId : null,
      reason,
    ]),
    runs: readRuns(store, dagId),
  });
}

/** Ours is queued by a scheduler: Airflow gives a new run the start date that it takes away at once. */
function comparable({ runs, slots = [], ...answer }: AirflowAnswer) {
  const counted = Object.entries(runs).map(([id, { clear_number, ...run }]) => [id, run]);
  return { ...answer, slots, runs: Object.fromEntries(counted) };
}

function openBackfill(store: Store, dagId: string): void {
  createBackfill(store, {
    dagId,
    fromDate: "2020-01-01T00:00:00+00:00",
    toDate: "2020-01-01T00:00:00+00:00",
    conf: {},
    maxActiveRuns: 10,
    reprocessBehavior: "none",
    runBackwards: false,
    createdAt: "2020-01-01T00:00:00.000Z",
  });
}

const schedules: readonly (Schedule | null)[] = [
  { kind: "cron", expression: "0 0 * * *", timezone: "UTC" },
  { kind: "cron", expression: "0 0 * * *", timezone: "UTC", dataInterval: true },
  { kind: "cron", expression: "30 2 * * *", timezone: "Europe/Vienna" },
  { kind: "cron", expression: "0 */6 * * 1-5", timezone: "America/New_York", dataInterval: true },
  { kind: "cron", expression: "0 0 1 * *", timezone: "UTC", dataInterval: true },
  { kind: "delta", seconds: 86_400 },
  { kind: "delta", seconds: 43_200, dataInterval: true },
];
const unclocked: readonly (Schedule | null)[] = [null, { kind: "once" }, { kind: "continuous" }];

function randomBackfill(seed: number): Case {
  const random = randomFrom(seed);
  const schedule = random.chance(0.1) ? random.pick(unclocked) : random.pick(schedules);
  const isDependent = random.chance(0.2);
  const tasks = [{ id: "a", retries: 1, dependsOnPast: isDependent && random.chance(0.7) }];
  const model = madeDag([...tasks, { id: "b", upstream: ["a"], waitForDownstream: isDependent }], {
    id: `backfill_${seed}`,
    schedule,
    maxActiveRuns: schedule?.kind === "continuous" ? 1 : null,
  });
  const from = random.chance(0.05) ? Date.UTC(2035, 0, 1) : Date.UTC(2024, 2, 20) + random.integer(400) * hourMs;
  const hours = random.integer(240) - (random.chance(0.1) ? 240 : 0);
  const action = {
    kind: "backfill",
    from_date: airflowTime(from),
    to_date: airflowTime(from + hours * hourMs),
    reverse: random.chance(0.3),
    reprocess_behavior: random.pick([null, "none", "failed", "completed"] satisfies (ReprocessBehavior | null)[]),
    conf: random.pick([null, { limit: 1 }]),
    has_open_backfill: random.chance(0.05),
  };
  return { versions: [model], runs: randomRuns(random, model, from), action };
}

/** Some of the dates that the backfill is asked for, and others. */
function randomRuns(random: Random, { schedule }: DagModel, from: number): CaseRun[] {
  if (schedule?.kind !== "cron" && schedule?.kind !== "delta") return [];
  const slots = [...slotsBetween(schedule, from, from + 96 * hourMs)].filter(() => random.chance(0.5));
  const dates = [...slots.map(({ logicalDate }) => logicalDate), from + 17 * 60_000];
  const states: readonly DagRunState[] = ["queued", "running", "success", "failed"];
  return dates.map((date, index) => {
    const type = random.pick(["manual", "scheduled", "backfill"]);
    // It may be the id that the backfill would give to another run.
    const named = random.chance(0.1) ? date + hourMs * 24 : date;
    const id = `${type}__${airflowTime(named)}${dates.includes(named) && named !== date ? `_${index}` : ""}`;
    const state = random.pick(states);
    return { id, date: airflowTime(date), type, state, tasks: { a: ["success", 1, 1], b: ["failed", 2, 0] } };
  });
}

/** 3.0.6 runs every run of before again, whatever it is told, with the conf that it had, refuses less, and in another order. */
function isOf({ versions: [model], runs, action }: Case, version: AirflowVersion): boolean {
  if (version !== "3.0.6") return true;
  const { schedule } = model!;
  if (schedule?.kind !== "cron" && schedule?.kind !== "delta") return false;
  const [from, to] = [Date.parse(action["from_date"] as string), Date.parse(action["to_date"] as string)];
  const hasRuns = from > Date.now() || [...slotsBetween(schedule, from, to)].length > 0;
  const isSame = runs.length === 0 || (action["reprocess_behavior"] === "completed" && action["conf"] === null);
  return hasRuns && isSame && from <= to;
}
