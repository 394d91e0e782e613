// Keeps logs bounded while tasks print into them: over its cap a log keeps its head and its tail, and one line that says how much was left
// out between them. It is cut in place, as the task has it open; that works because it was opened for appending.

import { closeSync, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from "node:fs";

export const defaultLogCapBytes = 100 * 1024 * 1024;

/** A task that prints 1 GB/s is over the default cap by ten times then: for a moment, and on the disk alone. */
const lookIntervalMs = 1_000;

/** The tail is moved while nothing else can be done here, so it is short: some milliseconds. An XCom is at most 1 MB of it. */
const maxTailBytes = 8 * 1024 * 1024;

/** Head and tail begin and end at lines, where one ends within this. */
const lineSearchBytes = 64 * 1024;

/** So little read at once so often: a writer that does not stop is caught up with as far as can be. */
const caughtUpBytes = 64 * 1024;
const caughtUpReads = 8;
const bufferBytes = 1024 * 1024;

/** A writer faster than the copying is not caught up with: then the tail is taken anew so often. */
const maxTails = 4;

/** Looks until the log is gone or this is called off by what it returns. @param capBytes 64 KiB at least. */
export function keepLogCapped(path: string, capBytes: number, intervalMs = lookIntervalMs): () => void {
  const timer = setInterval(() => capLog(path, capBytes), intervalMs).unref();
  return () => clearInterval(timer);
}

/** Never throws: a log that is gone or cannot be written is no reason to end a task. */
export function capLog(path: string, capBytes: number): void {
  try {
    if (statSync(path).size > capBytes) cutMiddle(path, capBytes);
  } catch {
    // The disk is full or the log was removed: the next look may be luckier.
  }
}

export interface LogCut {
  /** Where the line is that tells of it. */
  readonly at: number;
  /** So much nearer to the beginning is what comes after that line than it was printed. */
  readonly shiftBytes: number;
}

/** For those who follow a log while it is cut. Undefined where nothing was left out. */
export function findCut(file: number, capBytes: number): LogCut | undefined {
  if (fstatSync(file).size < Math.floor(capBytes / 2)) return undefined;
  const log = { file, buffer: Buffer.alloc(Math.min(lineSearchBytes, capBytes)) };
  const at = findHeadEnd(log, Math.floor(capBytes / 2));
  const leftOut = readMarker(log, at);
  return leftOut === undefined ? undefined : { at, shiftBytes: leftOut - markerBytes };
}

interface OpenLog {
  readonly file: number;
  readonly buffer: Buffer;
}

function cutMiddle(path: string, capBytes: number): void {
  const file = openSync(path, "r+");
  try {
    const log = { file, buffer: Buffer.alloc(Math.min(bufferBytes, capBytes)) };
    const headEnd = findHeadEnd(log, Math.floor(capBytes / 2));
    const earlier = readMarker(log, headEnd);
    const end = moveTail(log, headEnd + markerBytes, Math.min(maxTailBytes, Math.floor(capBytes / 4)));
    // What the task prints between this look and the cut is lost, uncounted. These are microseconds; only stopping the task could spare it.
    const { size } = fstatSync(file);
    ftruncateSync(file, end);
    writeMarker(log, headEnd, size - end + (earlier ?? markerBytes));
  } finally {
    closeSync(file);
  }
}

/** The same at every cut: what is before it never changes. */
function findHeadEnd({ file, buffer }: OpenLog, headBytes: number): number {
  const length = Math.min(lineSearchBytes, headBytes, buffer.length);
  const read = readSync(file, buffer, 0, length, headBytes - length);
  const lineEnd = buffer.subarray(0, read).lastIndexOf(newline);
  return lineEnd === -1 ? headBytes : headBytes - length + lineEnd + 1;
}

/** Copies the tail, and what is printed meanwhile, to where the middle began. Returns where it ends there. */
function moveTail({ file, buffer }: OpenLog, start: number, tailBytes: number): number {
  let to = start;
  for (let tail = 0; tail < maxTails; tail++) {
    let from = findLineStart({ file, buffer }, Math.max(start, fstatSync(file).size - tailBytes));
    const limit = from + 2 * tailBytes;
    let smallReads = 0;
    to = start;
    while (from < limit) {
      const length = readSync(file, buffer, 0, buffer.length, from);
      if (length > 0) writeSync(file, buffer, 0, length, to);
      from += length;
      to += length;
      if (length < caughtUpBytes) smallReads++;
      if (length === 0 || smallReads === caughtUpReads) return to;
    }
  }
  return to;
}

function findLineStart({ file, buffer }: OpenLog, position: number): number {
  const length = readSync(file, buffer, 0, Math.min(lineSearchBytes, buffer.length), position);
  const lineEnd = buffer.subarray(0, length).indexOf(newline);
  // Not the one that ends the log: its last line would be gone.
  return lineEnd === -1 || lineEnd === length - 1 ? position : position + lineEnd + 1;
}

const newline = 0x0a;
const markerText = /^\n?\[(\d+) bytes were left out here: the log was over its cap\] *\n$/;

/** Of any count: it is known only when the tail is in its place. */
const markerBytes = 96;

/** A line of its own, also where the head had to end within one. */
function writeMarker({ file, buffer }: OpenLog, position: number, leftOut: number): void {
  readSync(file, buffer, 0, 1, position - 1);
  const lineEnd = buffer[0] === newline ? "" : "\n";
  const text = `${lineEnd}[${leftOut} bytes were left out here: the log was over its cap]`;
  writeSync(file, `${text.padEnd(markerBytes - 1)}\n`, position);
}

/** How many bytes an earlier cut left out at this place. */
function readMarker({ file, buffer }: OpenLog, position: number): number | undefined {
  const length = readSync(file, buffer, 0, markerBytes, position);
  const count = markerText.exec(buffer.toString("latin1", 0, length))?.[1];
  return count === undefined ? undefined : Number(count);
}
