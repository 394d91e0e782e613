// Dates as authors write them: wall-clock time without an offset, which the DAG's time zone gives.

export const datePattern =
  'write a fixed date, as wall-clock time in the DAG\'s timezone: "2024-01-01" or "2024-01-01T06:30:00"';

/** Undefined for a real date. */
export function findDateFault(date: string): string | undefined {
  const found = JSON.stringify(date);
  const parts = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2}))?)?(.*)$/.exec(date);
  if (!parts) return `${found} is not a date`;
  const [, day, time = "00:00", seconds = "00", rest] = parts;
  if (/^(Z|[+-]\d{2}:?\d{2})$/.test(rest!)) return `${found} has an offset of its own; timezone says where it counts`;
  if (rest !== "") return `${found} is not a date`;
  const moment = new Date(`${day}T${time}:${seconds}Z`);
  const exists = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(`${day}T${time}:${seconds}`);
  return exists ? undefined : `${found} does not exist`;
}
