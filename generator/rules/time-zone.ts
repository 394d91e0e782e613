// Which names of time zones Airflow's Python knows, told from JavaScript's own list.

import { findNearest } from "../../runtime/did-you-mean.ts";
import type { Demand } from "./demands.ts";

export const timeZone: Demand = (name) => {
  if (isTimezone(name as string)) return undefined;
  const nearest = findNearest(name as string, Intl.supportedValuesOf("timeZone"));
  const remedy =
    nearest === undefined ? 'use an IANA name such as "Europe/Vienna", or "UTC"' : `did you mean ${nearest}?`;
  return { text: "does not exist", remedy };
};

const known = new Map<string, boolean>();

/** Every DAG has one, mostly the same: each is looked up once. */
function isTimezone(name: string): boolean {
  const isKnown = known.get(name) ?? lookUp(name);
  known.set(name, isKnown);
  return isKnown;
}

/** Python's zone names are file names: their case matters, and offsets such as +01:00 are none of them. */
function lookUp(name: string): boolean {
  if (!/^[A-Z][A-Za-z0-9+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
