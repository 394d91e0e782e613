// What mongorestore says → the log, warnings, and what its end means. It ends well although documents were refused: the numbers it prints count,
// not its exit code alone. Source of the lines: mongorestore/{restore,metadata}.go and main of mongo-tools.

import { mongoTroubleIn, withoutValues } from "../connections/mongo-errors.ts";
import { countNoun } from "../count-noun.ts";
import { KnownError, type Trouble } from "../errors.ts";
import type { ToolEnd } from "./run-tool.ts";

/** Each refused document makes a line. */
const maxKept = 50;

export interface MongorestoreLog {
  readonly warnings: readonly string[];
  /** Warnings that are not kept. */
  readonly moreWarnings: number;
  /** From its last line; undefined when it did not come so far. */
  readonly total: { readonly restored: number; readonly failed: number } | undefined;
  /** What follows `Failed:`, or the last line that says an error. */
  readonly failure: string | undefined;
  /** The line as the log shows it: without its time, which the log has, and without values of documents. */
  add(line: string): string;
}

type LineKind = "error" | "warning" | "information";

/** The first that fits. */
const kinds: readonly (readonly [RegExp, LineKind])[] = [
  [
    /^Failed: |^error |^could not connect|: error (creating|restoring)|^finished restoring .*[1-9]\d* failures?\)$/,
    "error",
  ],
  [/^WARNING|deprecated|continuing through error|don't know what to do with|skipping|cannot drop|ignore/i, "warning"],
];

export function createMongorestoreLog(): MongorestoreLog {
  const warnings: string[] = [];
  let more = 0;
  let total: MongorestoreLog["total"];
  let failure: string | undefined;
  return {
    warnings,
    get moreWarnings() {
      return more;
    },
    get total() {
      return total;
    },
    get failure() {
      return failure;
    },
    add(line) {
      const text = withoutValues(line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)\t/, ""));
      const counted = /^(\d+) document\(s\) restored successfully\. (\d+) document\(s\) failed to restore\.$/.exec(
        text,
      );
      if (counted) total = { restored: Number(counted[1]), failed: Number(counted[2]) };
      const kind = kinds.find(([pattern]) => pattern.test(text))?.[1] ?? "information";
      if (kind === "error" && !failure?.startsWith("Failed: ")) failure = text;
      if (kind === "warning") {
        if (warnings.length < maxKept) warnings.push(text);
        else more += 1;
      }
      return kind === "information" ? text : `${kind}: ${text}`;
    },
  };
}

export interface MongorestoreFacts {
  /** `mongorestore, connection …`. */
  readonly where: string;
  /** In the archive, of what was to be restored. */
  readonly documents: number;
}

/** Undefined when everything that is in the archive was restored. */
export function judgeMongorestore(
  { code, killedBy }: ToolEnd,
  log: MongorestoreLog,
  facts: MongorestoreFacts,
): KnownError | undefined {
  const { where, documents } = facts;
  const { total, failure } = log;
  if (killedBy !== null) {
    const remedy = "Give this machine more memory. What was restored stays; the next try drops and restores it again";
    return new KnownError({ what: "mongorestore was killed", where, found: killedBy, remedy });
  }
  if (code !== 0) {
    const found = failure ?? log.warnings.at(-1) ?? `exit code ${code}, and no word of its own`;
    return new KnownError({ ...troubleOf(found), where, found: found.replace(/^Failed: /, "") });
  }
  if (total === undefined) {
    const remedy = "Look into its lines in this log, and use mongorestore of the MongoDB Database Tools";
    return new KnownError({ what: "mongorestore did not say what it has restored", where, remedy });
  }
  if (total.failed > 0) {
    return new KnownError({
      what: `${countNoun(total.failed, "document")} of ${total.restored + total.failed} were not restored`,
      where,
      found: log.warnings.find((line) => /error/i.test(line)) ?? failure ?? "no reason is given",
      remedy: "See what the server refuses: a unique index, a validator, a document that is too large",
      isRetryable: false,
    });
  }
  if (total.restored === documents) return undefined;
  return new KnownError({
    what: "mongorestore has restored another number of documents than the archive holds",
    where,
    found: `${total.restored} of ${documents}`,
    remedy: "Try again; if it stays so, look into its lines in this log",
  });
}

/** What another try cannot change is said so. */
function troubleOf(failure: string): Omit<Trouble, "where" | "found"> {
  if (/E11000|duplicate key/.test(failure)) {
    const remedy = "The dump breaks a unique index: look for it where it was made";
    return { what: "an index cannot be made", remedy, isRetryable: false };
  }
  // First the network: `error restoring from archive on stdin: …` tells where, not what.
  const known = mongoTroubleIn(failure);
  if (known) return known;
  if (unreadable.test(failure)) {
    const remedy = "Dump again with `mongodump --archive --gzip`";
    return { what: "mongorestore cannot read the archive", remedy, isRetryable: false };
  }
  return { what: "mongorestore failed", remedy: "Its lines in this log say more" };
}

const unreadable =
  /gzip: |unexpected EOF|CRC mismatch|corruption found|archive (finished|io error)|mongodump archive|demultiplexing|reading bson|no intent for/;
