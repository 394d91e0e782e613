// The operator that finds the newest object below a prefix of a bucket. It reads names and times only.

import type { S3Session } from "../connections/s3-session.ts";
import { s3Uri, visible } from "../connections/s3-uri.ts";
import { defineOperator, type Operator } from "../dag/definition.ts";
import { fromOptions, reportIn } from "../dag/operator-options.ts";
import { type KnownOptions, required } from "../dag/options.ts";
import { text, textOrVariable } from "../dag/shapes.ts";
import type { TextOrVariable } from "../dag/variable-ref.ts";
import { KnownError } from "../errors.ts";
import type { S3Object } from "../streams/s3-object.ts";
import { chooseNewest, describeChoice, type NewestChoice, noChoice } from "./newest-object.ts";
import { placeOfValue, readValue, showValue, variablesIn } from "./variable-values.ts";

export interface S3LatestObjectOptions {
  /** The bucket's name, without `s3://`. */
  readonly bucket: TextOrVariable;
  /** What the keys begin with: `backups/postgres/`. Default: any key. */
  readonly prefix?: TextOrVariable;
  /**
   * A glob that the key must fit after its prefix: `*.dump`, `2026-*`, and with folders in between `**` + `/*.gz`. `*` stops at a `/`.
   * Default: any.
   */
  readonly pattern?: string;
  /**
   * Id of an Airflow connection of type `aws`, also for S3-compatible servers (extra `endpoint_url`). Default: none; the environment
   * (`AWS_ACCESS_KEY_ID` and others), the shared configuration or the machine's role give the credentials.
   */
  readonly connection?: string;
}

const known: KnownOptions<S3LatestObjectOptions> = {
  bucket: required(textOrVariable),
  prefix: textOrVariable,
  pattern: text,
  connection: text,
};

/**
 * Finds the newest object of a bucket by the time it was last written (`LastModified`, whole seconds); of several with the same time the
 * one with the greatest key, by its bytes. All pages are read. Folder markers (keys that end in `/`) and empty objects do not count.
 * The result names one version of the object by its ETag: what reads it later fails when it was replaced.
 *
 * @throws KnownError when nothing is found (repeated: it may come yet), when the newest one is archived (Glacier), when the bucket does not
 * exist, is in another region or may not be listed, and when credentials are missing, wrong or expired.
 * @example dag.run("find_dump", s3LatestObject({ bucket: "backups", prefix: "postgres/", pattern: "*.dump" }))
 */
export function s3LatestObject(options: S3LatestObjectOptions): Operator<S3Object> {
  return fromOptions({ name: "s3LatestObject", callee: s3LatestObject, known }, options, makeS3LatestObject);
}

function makeS3LatestObject({ bucket, prefix = "", pattern, connection }: S3LatestObjectOptions): Operator<S3Object> {
  const operator = { name: "s3LatestObject", callee: s3LatestObject };
  if (pattern === "") {
    reportIn(operator, { steps: ["pattern"], problem: "pattern is empty", remedy: "leave it out to take any key" });
  }
  for (const [option, value] of Object.entries({ bucket, prefix })) {
    const oddity = typeof value === "string" ? oddities[option as Option](value) : undefined;
    if (oddity) reportIn(operator, { steps: [option], problem: `${option} ${oddity.found}`, remedy: oddity.remedy });
  }
  return defineOperator<S3Object>({
    name: "s3LatestObject",
    options: {
      bucket: showValue(bucket),
      prefix: showValue(prefix),
      ...(pattern !== undefined && { pattern }),
      ...(connection !== undefined && { connection }),
    },
    inputs: {},
    idempotent: true,
    connections: connection === undefined ? [] : [connection],
    ...variablesIn([bucket, prefix]),
    execute: async () => {
      const source = {
        bucket: await readChecked("bucket", bucket),
        prefix: await readChecked("prefix", prefix),
        pattern,
      };
      const { openS3 } = await import("../connections/s3.ts");
      const session = await openS3(connection);
      try {
        return await findLatest(session, source);
      } finally {
        session.close();
      }
    },
  });
}

interface Source {
  readonly bucket: string;
  readonly prefix: string;
  readonly pattern: string | undefined;
}

async function findLatest(session: S3Session, { bucket, prefix, pattern }: Source): Promise<S3Object> {
  const [{ listS3Objects }, { createKeyMatcher }] = await Promise.all([
    import("../streams/s3-listing.ts"),
    import("../glob.ts"),
  ]);
  const matches = pattern === undefined ? () => true : createKeyMatcher(pattern);
  let choice = noChoice;
  for await (const objects of listS3Objects(session, { bucket, prefix })) {
    choice = chooseNewest(choice, objects, (key) => matches(key.slice(prefix.length)));
  }
  const wanted = s3Uri(bucket, `${prefix}${pattern ?? ""}`);
  const { key, etag, size, lastModified } = sound(choice, `${wanted}, ${session.place}`);
  const ties = choice.ties === 0 ? "" : `; of ${choice.ties + 1} with this time the one with the greatest key`;
  console.log(`${describeChoice(choice)}; newest of ${wanted}${ties}:`);
  console.log(`${visible(key)}: ${size} bytes, written ${lastModified.toISOString()}, ETag ${visible(etag)}`);
  return { bucket, key, etag, size, lastModified: lastModified.toISOString() };
}

function sound(choice: NewestChoice, where: string): NonNullable<NewestChoice["newest"]> {
  const { newest } = choice;
  if (newest === undefined) {
    throw new KnownError({
      what: "no object was found",
      where,
      found: describeChoice(choice),
      remedy: "Check bucket, prefix and pattern, and what should have written it",
    });
  }
  if (!newest.isArchived) return newest;
  throw new KnownError({
    what: "the newest object is archived",
    where,
    found: visible(newest.key),
    remedy: "Restore it first (aws s3api restore-object): that takes minutes to hours",
    isRetryable: false,
  });
}

async function readChecked(option: Option, value: TextOrVariable): Promise<string> {
  const given = await readValue(value);
  const oddity = oddities[option](given);
  if (oddity === undefined) return given;
  throw new KnownError({
    what: `the ${option} is none`,
    where: placeOfValue(value, `${option} of s3LatestObject`),
    found: `it ${oddity.found}`,
    remedy: oddity.remedy,
    isRetryable: false,
  });
}

type Option = "bucket" | "prefix";

/** What the server would not refuse, but take for something else. */
const oddities: Readonly<Record<Option, (given: string) => { found: string; remedy: string } | undefined>> = {
  bucket: (name) => {
    if (name === "") return { found: "is empty", remedy: "give the bucket's name" };
    if (name.startsWith("arn:") || /^[\w.-]+$/.test(name)) return undefined;
    return { found: `is ${JSON.stringify(name)}`, remedy: "give its name alone; what follows it is the prefix" };
  },
  prefix: (text) => {
    if (!text.startsWith("s3://")) return undefined;
    return {
      found: `is ${JSON.stringify(text)}`,
      remedy: "give what the keys begin with; the bucket is an option of its own",
    };
  },
};
