// Moments as Airflow writes them.

/** As Python's isoformat() writes a moment in UTC: `2026-01-01T06:00:00.123000+00:00`, without a fraction when it is zero. */
export function airflowTime(moment: number | Date): string {
  const [seconds, fraction] = new Date(moment).toISOString().slice(0, -1).split(".") as [string, string];
  return `${seconds}${fraction === "000" ? "" : `.${fraction}000`}+00:00`;
}
