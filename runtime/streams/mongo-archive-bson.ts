// The few flat BSON documents of an archive itself, read strictly: one name, one reading. mongorestore takes a name in any case, and of two equal
// ones the last; an archive that plays on it is refused.

import { visible } from "../connections/s3-uri.ts";
import { KnownError } from "../errors.ts";

export type FlatValue = string | number | boolean;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @param fail throws: called with what was found. */
export function readFlatBson(
  bytes: Buffer,
  names: readonly string[],
  fail: (found: string) => never,
): Record<string, FlatValue> {
  const fields: Record<string, FlatValue> = Object.create(null);
  const seen = new Set<string>();
  let at = 4;
  while (at < bytes.length - 1) {
    const type = bytes[at]!;
    const nameEnd = bytes.indexOf(0, at + 1);
    const name = textAt(bytes, at + 1, nameEnd, fail);
    const own = names.find((each) => each.toLowerCase() === name.toLowerCase());
    if ((own !== undefined && own !== name) || seen.has(name.toLowerCase()))
      fail(`the ambiguous field ${JSON.stringify(name)}`);
    seen.add(name.toLowerCase());
    const [value, end] = valueAt(bytes, { type, at: nameEnd + 1, name }, fail);
    if (own !== undefined) fields[own] = value;
    at = end;
  }
  if (at !== bytes.length - 1) fail("a document that is longer than it says");
  return fields;
}

/** What the format's documents hold: texts, flags and numbers. */
function valueAt(
  bytes: Buffer,
  { type, at, name }: { readonly type: number; readonly at: number; readonly name: string },
  fail: (found: string) => never,
): [FlatValue, number] {
  const need = (size: number) => {
    if (size < 0 || at + size > bytes.length - 1) fail("a document that is shorter than it says");
  };
  switch (type) {
    case 0x01:
      need(8);
      return [bytes.readDoubleLE(at), at + 8];
    case 0x02: {
      need(5);
      const length = bytes.readInt32LE(at);
      need(4 + length);
      if (length < 1 || bytes[at + 3 + length] !== 0) fail(`the field ${JSON.stringify(name)} without its end`);
      return [textAt(bytes, at + 4, at + 3 + length, fail), at + 4 + length];
    }
    case 0x08:
      need(1);
      return [bytes[at] !== 0, at + 1];
    case 0x10:
      need(4);
      return [bytes.readInt32LE(at), at + 4];
    case 0x12:
      need(8);
      return [Number(bytes.readBigInt64LE(at)), at + 8];
    default:
      return fail(`the field ${JSON.stringify(name)} of type ${type}, which the format does not have`);
  }
}

function textAt(bytes: Buffer, from: number, to: number, fail: (found: string) => never): string {
  if (to < from || to >= bytes.length) return fail("a document that is shorter than it says");
  try {
    const text = utf8.decode(bytes.subarray(from, to));
    return text.includes("\0") ? fail("a name with a NUL character") : text;
  } catch {
    return fail("a text that is not UTF-8");
  }
}

/** Not what the file's name promises, or damaged: another try would find the same. */
export function archiveFault(file: string, found: string): KnownError {
  return new KnownError({
    what: "this is not a whole archive of mongodump",
    where: file,
    // It may quote names of the archive.
    found: visible(found),
    remedy: "Dump again with `mongodump --archive --gzip`, and upload the whole file",
    isRetryable: false,
  });
}
