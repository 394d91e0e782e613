// The last line of a file, read from its end: a log may be large.

import { isUtf8 } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Longer lines keep their end. One XCom of more would not pass Airflow's either. */
const maxLineBytes = 1_000_000;

const newline = 0x0a;

/** Without trailing white space, as BashOperator's. Empty for an empty file. */
export function lastLineOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const length = Math.min(size, maxLineBytes);
    const buffer = Buffer.alloc(length);
    readSync(file, buffer, 0, length, size - length);
    // The very last line, even when it is blank: only the newline that ends it is taken off.
    const end = buffer.at(-1) === newline ? length - 1 : length;
    const start = end === 0 ? 0 : buffer.lastIndexOf(newline, end - 1) + 1;
    return decode(buffer.subarray(start, end)).trimEnd();
  } finally {
    closeSync(file);
  }
}

/** As Python's `backslashreplace`: what is not UTF-8 becomes `\\xNN`, byte by byte. */
function decode(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((size) => at + size <= bytes.length && isUtf8(bytes.subarray(at, at + size)));
    text += length ? bytes.toString("utf8", at, at + length) : `\\x${bytes[at]!.toString(16).padStart(2, "0")}`;
    at += length ?? 1;
  }
  return text;
}
