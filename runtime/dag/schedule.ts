// When a DAG runs: the author's short forms and the model's one form. A cron schedule means Airflow's CronTriggerTimetable,
// a duration its DeltaTriggerTimetable: logical date = the moment of the trigger, a data interval of zero length. With `dataInterval` they
// mean CronDataIntervalTimetable and DeltaDataIntervalTimetable.

/** Airflow's cron presets. Source: airflow/timetables/_cron.py (cron_presets). */
export const cronPresets = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@quarterly": "0 0 1 */3 *",
  "@yearly": "0 0 1 1 *",
} as const;
export type CronPreset = keyof typeof cronPresets;

/** `@once`: one run, at the start date. `@continuous`: the next run as soon as the last one has ended; needs `maxActiveRuns: 1`. */
const unclockedPresets = { "@once": "once", "@continuous": "continuous" } as const;

export type SchedulePreset = CronPreset | keyof typeof unclockedPresets;
export const schedulePresets: readonly string[] = [...Object.keys(cronPresets), ...Object.keys(unclockedPresets)];

interface Covering {
  /**
   * Whether a run stands for the time since the run before: it starts at the end of its data interval, and its logical date is that
   * interval's start. Default: false, a run stands for the moment it starts at, and its data interval is of zero length.
   */
  readonly dataInterval?: boolean;
}

/** A duration between runs, in seconds. */
export interface Every extends Covering {
  readonly every: number;
}

/** A five-field cron expression or its preset, in the DAG's time zone. */
export interface Cron extends Covering {
  readonly cron: CronPreset | (string & {});
}

/** `null`: only by hand. A five-field cron expression or a preset, in the DAG's time zone. Or a duration. */
export type ScheduleSpec = null | SchedulePreset | (string & {}) | Cron | Every;

/** `dataInterval` is left out where it is not wanted. */
export type Schedule =
  | { readonly kind: "cron"; readonly expression: string; readonly timezone: string; readonly dataInterval?: true }
  | { readonly kind: "delta"; readonly seconds: number; readonly dataInterval?: true }
  | { readonly kind: "once" }
  | { readonly kind: "continuous" };

export function describeSchedule(spec: ScheduleSpec | undefined, timezone: string): Schedule | null {
  if (spec === null || spec === undefined) return null;
  if (typeof spec === "string") {
    const kind = unclockedPresets[spec as keyof typeof unclockedPresets];
    return kind === undefined ? { kind: "cron", expression: expressionOf(spec), timezone } : { kind };
  }
  const covering = spec.dataInterval === true ? ({ dataInterval: true } as const) : {};
  if ("every" in spec) return { kind: "delta", seconds: spec.every, ...covering };
  return { kind: "cron", expression: expressionOf(spec.cron), timezone, ...covering };
}

function expressionOf(cron: string): string {
  return (cronPresets as Record<string, string>)[cron] ?? cron.trim().replaceAll(/\s+/g, " ");
}
