// Data intervals of runs that are started by hand: what real Airflow's timetables say, over clock changes and leap days.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { manualDataInterval } from "../../../runtime/dag/data-interval.ts";
import type { Schedule } from "../../../runtime/dag/schedule.ts";
import { type AirflowVersion, airflowPython, airflowVersions, describeWithPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";

const script = fileURLToPath(new URL("airflow-intervals.py", import.meta.url));

const expressions = [
  "0 3 * * *",
  "30 2 * * *",
  "0 * * * *",
  "*/20 * * * *",
  "15 0-22,23 * * *",
  "30 6 * * MON-FRI",
  "0 0 1 * *",
  "0 12 13 * FRI",
  "0 0 29 2 *",
  "0 0 */2 * 0-6",
  "59 23 31 12 *",
];
const timezones = ["UTC", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"];
/** Days on which those zones change their clocks, a leap day, and any day. */
const days = [
  "2024-03-31",
  "2024-10-27",
  "2024-03-10",
  "2024-11-03",
  "2024-04-06",
  "2024-10-05",
  "2024-02-29",
  "2026-01-01",
];
const times = [
  "00:00:00",
  "00:30:00",
  "01:00:00",
  "01:30:00",
  "02:20:00",
  "03:00:00",
  "03:00:00.250",
  "06:30:07",
  "15:15:00",
  "16:00:00",
];
const dates = days.flatMap((day) => times.map((time) => `${day}T${time}+00:00`));

const schedules: readonly Schedule[] = [
  ...expressions.flatMap((expression) =>
    timezones.map((timezone) => ({ kind: "cron", expression, timezone, dataInterval: true }) as const),
  ),
  { kind: "delta", seconds: 900, dataInterval: true },
  { kind: "delta", seconds: 86400.5, dataInterval: true },
];

describeWithPython("real Airflow", () => {
  it.each(airflowVersions)("%s infers the same data intervals", (version) => {
    const answers = ask(version);
    for (const [index, schedule] of schedules.entries()) {
      const own = dates
        .map((date) => manualDataInterval(schedule, Date.parse(date)))
        .map(({ start, end }) => [start, end]);
      expect(own, JSON.stringify(schedule)).toEqual(answers[index]);
    }
  });
});

it.each<Schedule | null>([
  null,
  { kind: "once" },
  { kind: "continuous" },
  { kind: "cron", expression: "0 3 * * *", timezone: "UTC" },
  { kind: "delta", seconds: 900 },
])("%j: a run stands for the moment of its logical date", (schedule) => {
  expect(manualDataInterval(schedule, 1_704_067_200_123)).toEqual({ start: 1_704_067_200_123, end: 1_704_067_200_123 });
});

function ask(version: AirflowVersion): number[][][] {
  const home = createFolder();
  const { stdout, stderr, status } = spawnSync(airflowPython(version), [script], {
    input: JSON.stringify(schedules.map((schedule) => ({ ...schedule, dates }))),
    env: { PATH: process.env["PATH"], HOME: home, AIRFLOW_HOME: home, AIRFLOW__CORE__LOAD_EXAMPLES: "False" },
    encoding: "utf8",
    maxBuffer: 64e6,
  });
  if (status !== 0) throw new Error(stderr.slice(-3000));
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n") + 1)) as number[][][];
}
