// Next runs: what real Airflow's timetables say to the same 20,800 questions, and its DAGs to 250 backfills. Where the zones of Node and
// Python were of different years, it would be seen here.

import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { PeriodicSchedule } from "../../../runtime/dag/cadence.ts";
import { parseCron } from "../../../runtime/dag/cron.ts";
import { dagDates } from "../../../runtime/dag/dag-dates.ts";
import type { Schedule } from "../../../runtime/dag/schedule.ts";
import { nextSlot, type RunSlot, type SlotQuestion, slotsBetween } from "../../../runtime/dag/timetable.ts";
import { type AirflowVersion, airflowPython, airflowVersions, describeWithPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";
import { randomFrom } from "../../support/random.ts";
import {
  type Backfill,
  type Question,
  randomBackfill,
  randomQuestion,
  randomSchedule,
  timezones,
} from "../../support/random-timetable.ts";

const script = fileURLToPath(new URL("airflow-timetables.py", import.meta.url));
const random = randomFrom(20_261_121);

interface Group {
  readonly schedule: Schedule;
  readonly timezone: string;
  readonly questions: readonly Question[];
}

interface BackfillCase extends Backfill {
  readonly schedule: PeriodicSchedule;
  readonly timezone: string;
  readonly limit: number;
}

/** Logical date, start, end, run after, in microseconds; or the exception for which Airflow plans no run. */
type Answer = readonly number[] | string | null;

interface Answers {
  readonly slots: readonly Answer[];
  readonly backfills: readonly { readonly next: Answer; readonly slots: readonly Answer[] }[];
}

const groups: Group[] = [];
const backfills: BackfillCase[] = [];
while (groups.length < 2600) {
  const timezone = random.pick(timezones);
  const schedule = randomSchedule(random, timezone);
  if (schedule === undefined) continue;
  groups.push({ schedule, timezone, questions: times(8, () => randomQuestion(random, schedule, timezone)) });
  if (groups.length % 10 > 0 || (schedule.kind !== "cron" && schedule.kind !== "delta")) continue;
  backfills.push({ schedule, timezone, ...randomBackfill(random, schedule, timezone), limit: 40 });
}
const asked = groups.flatMap(({ schedule, timezone, questions }) =>
  questions.map((question) => asAsked(schedule, timezone, question)),
);

describeWithPython("real Airflow", () => {
  it.concurrent.each(airflowVersions)(
    "%s gives the same next runs and backfills",
    { timeout: 300_000 },
    async (version) => {
      const answers = await ask(version);
      const met = new Set<string>();
      const wrong: unknown[] = [];
      for (const [index, question] of asked.entries()) {
        const own = answerOf(nextSlot(question));
        const theirs = answers.slots[index]!;
        const known = isEqual(own, theirs) ? "equal" : findKnown(version, { question, own, theirs });
        if (known === undefined) wrong.push({ question, own, theirs });
        else met.add(known);
      }
      expect(answers.slots).toHaveLength(20_800);
      expect(wrong.slice(0, 5)).toEqual([]);
      const named = knownDifferences.filter(({ versions }) => versions.includes(version)).map(({ name }) => name);
      expect([...met].sort(), "no more is said to differ than does").toEqual(["equal", ...named].sort());
      for (const [index, backfill] of backfills.entries()) {
        const { schedule, timezone, earliest, latest, limit } = backfill;
        const slots = first(limit, slotsBetween(schedule, earliest, latest));
        const next = nextSlot(asAsked(schedule, timezone, backfill));
        const theirs = answers.backfills[index]!;
        const isRepeating = repeatingVersions.includes(version) && isOfEveryHour(schedule);
        const length = isRepeating ? lengthUntilRepeated(theirs.slots) : limit;
        const own = { next: answerOf(next), slots: slots.map(answerOf).slice(0, length) };
        expect(own, JSON.stringify(backfill)).toEqual({ ...theirs, slots: theirs.slots.slice(0, length) });
      }
    },
  );
});

interface Compared {
  readonly question: SlotQuestion;
  readonly own: Answer;
  readonly theirs: Answer;
}

/** Where the newest version takes the next run, or fails, these name one run again and again: in a backfill without end. */
const repeatingVersions: readonly string[] = ["3.0.6", "3.1.8", "3.2.2"];

/** All that differs from a version's answers. An exception is a run that Airflow does not plan. */
const knownDifferences: readonly {
  readonly name: string;
  readonly versions: readonly string[];
  readonly holds: (compared: Compared) => boolean;
}[] = [
  {
    name: "a schedule of every hour fails over a clock change",
    versions: ["3.0.6", "3.1.8", "3.2.2", "3.3.2"],
    holds: ({ question: { schedule, catchup }, own, theirs }) =>
      own === null && theirs === "AssertionError" && isOfEveryHour(schedule) && !catchup,
  },
  {
    name: "a schedule of every hour would name a run again over a clock change",
    versions: ["3.3.2"],
    holds: ({ question: { schedule, last }, own, theirs }) =>
      own === null && theirs === "ValueError" && isOfEveryHour(schedule) && last !== null,
  },
  {
    name: "a duration leads out of the years that Python counts",
    versions: ["3.0.6", "3.1.8", "3.2.2", "3.3.2"],
    holds: ({ question: { schedule }, own, theirs }) =>
      own === null && theirs === "OverflowError" && schedule.kind === "delta" && schedule.seconds === 1e12,
  },
  {
    name: "@once has no run without a start date",
    versions: ["3.0.6"],
    holds: ({ question: { schedule, startDate }, theirs }) =>
      theirs === null && startDate === null && schedule.kind === "once",
  },
  {
    name: "@continuous has no run without a start date",
    versions: ["3.0.6", "3.1.8"],
    holds: ({ question: { schedule, startDate }, theirs }) =>
      theirs === null && startDate === null && schedule.kind === "continuous",
  },
  {
    name: "a run that there was is named again, not the one after it",
    versions: repeatingVersions,
    holds: ({ question: { endDate, last }, own, theirs }) => {
      if (last === null || !Array.isArray(theirs) || theirs[1]! > last.start * 1000) return false;
      const latest = endDate ?? Number.POSITIVE_INFINITY;
      return Array.isArray(own) ? own[1] === theirs[2] : theirs[2]! > latest * 1000 || theirs[2]! <= last.start * 1000;
    },
  },
];

function findKnown(version: string, compared: Compared): string | undefined {
  return knownDifferences.find(({ versions, holds }) => versions.includes(version) && holds(compared))?.name;
}

function isOfEveryHour(schedule: Schedule): boolean {
  if (schedule.kind !== "cron" || schedule.dataInterval !== true) return false;
  const cron = parseCron(schedule.expression);
  return cron.ok && cron.fields.hours.length === 24;
}

function lengthUntilRepeated(slots: readonly Answer[]): number {
  const repeated = slots.findIndex((slot, index) => index > 0 && isEqual(slot, slots[index - 1]!));
  return repeated === -1 ? slots.length : repeated;
}

function isEqual(own: Answer, theirs: Answer): boolean {
  return JSON.stringify(own) === JSON.stringify(theirs);
}

function first<T>(limit: number, items: Iterable<T>): T[] {
  const found: T[] = [];
  for (const item of items) if (found.push(item) === limit) break;
  return found;
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function asAsked(
  schedule: Schedule,
  timezone: string,
  question: Omit<Question, "last"> & Partial<Question>,
): SlotQuestion {
  const { startDate, endDate, catchup, last = null, now } = question;
  const dates = dagDates({ startDate, timezone, ...(endDate === null ? {} : { endDate }) });
  return { schedule, ...dates, catchup, last, now };
}

function answerOf(slot: RunSlot | null): Answer {
  if (slot === null) return null;
  const { logicalDate, dataInterval, runAfter } = slot;
  return [logicalDate, dataInterval.start, dataInterval.end, runAfter].map((moment) => Math.round(moment * 1000));
}

async function ask(version: AirflowVersion): Promise<Answers> {
  const home = createFolder();
  const env = { PATH: process.env["PATH"], HOME: home, AIRFLOW_HOME: home, AIRFLOW__CORE__LOAD_EXAMPLES: "False" };
  const python = spawn(airflowPython(version), [script], { env });
  python.stdin.end(JSON.stringify({ schedules: groups, backfills }));
  const [stdout, stderr] = await Promise.all([text(python.stdout), text(python.stderr)]);
  if (!stdout.includes("{")) throw new Error(stderr.slice(-3000));
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n") + 1)) as Answers;
}
