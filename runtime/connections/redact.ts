// Takes secrets, in every encoding, out of text and out of a stream of bytes. Works on bytes as they come: what is not UTF-8 passes
// unchanged, and a secret that is split over chunks or over a forced flush is never shown, nor any part of it.

import { encodingsOf } from "./secret-encodings.ts";
import { keepMaskable, minSecretLength } from "./secrets.ts";

export const mask = "***";

/** A line that is longer is passed on in parts: a task may print megabytes without a line end. */
export const maxHeldBytes = 64 * 1024;

/** Secrets that are too short (Airflow's minimum is 5) are left alone. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const patterns = patternsOf(secrets);
  return (text) => replaceRanges(text, findRanges(text, patterns), 0);
}

export interface LineRedactor {
  /** What can be shown by now: whole lines, as a rule. */
  write(chunk: Uint8Array): Buffer;
  /** The rest, when no more will come. A secret that was cut off at its end is masked as far as it came. */
  flush(): Buffer;
}

export function createLineRedactor(secrets: readonly string[]): LineRedactor {
  // One character of latin1 is one byte.
  const patterns = patternsOf(secrets).map((form) => Buffer.from(form).toString("latin1"));
  const overlap = Math.max(1, ...patterns.map((pattern) => pattern.length)) - 1;
  const acrossLines = patterns.filter((pattern) => pattern.includes("\n"));
  let held = "";
  /** So many bytes of `held` are part of a secret whose mask was shown: they only serve to find what overlaps them. */
  let shown = 0;

  const release = (end: number): Buffer => {
    if (end === 0) return Buffer.alloc(0);
    const ranges = mergeRanges([[0, shown], ...findRanges(held, patterns)]);
    const cut = ranges.map(([from, to]): Range => [from, Math.min(to, end)]).filter(([from]) => from < end);
    const text = replaceRanges(held.slice(0, end), cut, shown);
    const spanning = ranges.find(([from, to]) => from < end && to > end);
    shown = spanning ? spanning[1] - end : 0;
    held = held.slice(end);
    return Buffer.from(text, "latin1");
  };

  return {
    write(chunk) {
      if (patterns.length === 0) return Buffer.from(chunk);
      const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
      const lines = text.includes("\n") ? held.length + text.lastIndexOf("\n") + 1 : 0;
      held += text;
      if (held.length > lines + maxHeldBytes + overlap) return release(held.length - overlap);
      return release(lines - possibleStart(held.slice(0, lines), acrossLines));
    },
    flush() {
      const tail = cutOffSecret(held, patterns);
      const text = release(held.length - tail);
      const isNew = tail > 0 && shown === 0;
      held = "";
      shown = 0;
      return isNew ? Buffer.concat([text, Buffer.from(mask)]) : text;
    },
  };
}

/** From, and up to but not including. */
type Range = readonly [number, number];

function patternsOf(secrets: readonly string[]): string[] {
  return [...new Set(keepMaskable(secrets).flatMap(encodingsOf))];
}

function findRanges(text: string, patterns: readonly string[]): Range[] {
  const ranges: Range[] = [];
  for (const pattern of patterns) {
    // Step by one: a secret may overlap itself.
    for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1))
      ranges.push([at, at + pattern.length]);
  }
  return mergeRanges(ranges);
}

/** Secrets that touch or overlap are one stretch: what one of them leaves over may be half of the other. */
function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else if (to > from) merged.push([from, to]);
  }
  return merged;
}

/** A range that begins before `shown` continues one whose mask is already out. */
function replaceRanges(text: string, ranges: readonly Range[], shown: number): string {
  let result = "";
  let end = 0;
  for (const [from, to] of ranges) {
    result += text.slice(end, from) + (from < shown ? "" : mask);
    end = to;
  }
  return result + text.slice(end);
}

/** How many bytes at the end of whole lines may be the start of a secret that goes on in the next line. */
function possibleStart(lines: string, acrossLines: readonly string[]): number {
  let longest = 0;
  for (const pattern of acrossLines) {
    for (let length = pattern.indexOf("\n") + 1; length > 0; length = pattern.indexOf("\n", length) + 1) {
      if (length < pattern.length && length > longest && lines.endsWith(pattern.slice(0, length))) longest = length;
    }
  }
  return longest;
}

/** How many bytes at the end are the beginning of a secret, if they are enough to give it away. */
function cutOffSecret(text: string, patterns: readonly string[]): number {
  let longest = 0;
  for (const pattern of patterns) {
    for (let length = Math.min(pattern.length - 1, text.length); length >= minSecretLength; length--) {
      if (length > longest && text.endsWith(pattern.slice(0, length))) longest = length;
    }
  }
  return longest;
}
