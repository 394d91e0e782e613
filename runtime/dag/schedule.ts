// When a DAG runs: the author's short forms and the model's one form. A cron schedule means Airflow's CronTriggerTimetable,
// a duration its DeltaTriggerTimetable: logical date = the moment of the trigger, a data interval of zero length.

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

/** A duration between runs, in seconds. */
export interface Every {
  readonly every: number;
}

/** `null`: only by hand. A five-field cron expression or preset, in the DAG's time zone. Or a duration. */
export type ScheduleSpec = null | CronPreset | (string & {}) | Every;

export type Schedule =
  | { readonly kind: "cron"; readonly expression: string; readonly timezone: string }
  | { readonly kind: "delta"; readonly seconds: number };

export function describeSchedule(spec: ScheduleSpec | undefined, timezone: string): Schedule | null {
  if (spec === null || spec === undefined) return null;
  if (typeof spec === "object") return { kind: "delta", seconds: spec.every };
  const expression = (cronPresets as Record<string, string>)[spec] ?? spec.trim().replaceAll(/\s+/g, " ");
  return { kind: "cron", expression, timezone };
}
