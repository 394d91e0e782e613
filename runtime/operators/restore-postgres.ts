// The operator that restores an archive of pg_dump's from S3 into PostgreSQL with pg_restore, streamed: no copy of it on this machine's disk.

import { s3Uri } from "../connections/s3-uri.ts";
import { getContext } from "../context.ts";
import { defineOperator, type Operator, type TaskRef } from "../dag/definition.ts";
import { fromOptions, reportIn } from "../dag/operator-options.ts";
import { type KnownOptions, required } from "../dag/options.ts";
import { flag, listOf, oneOf, type Shape, task, text, wrong } from "../dag/shapes.ts";
import { type AllowableType, allowableTypes } from "../streams/postgres-archive-types.ts";
import type { S3Object } from "../streams/s3-object.ts";
import { type PostgresTarget, postgresTarget, resolveTarget } from "./postgres-target.ts";
import type { InPlace, PostgresRestore } from "./restore/restore-archive.ts";
import { needsOfTarget, showTarget } from "./target-parts.ts";

export interface RestorePostgresOptions {
  /** The archive: `s3LatestObject`'s task, or one that returns the same. */
  readonly object: TaskRef<S3Object>;
  /** Id of the Airflow connection of type `aws` that it is read with. Default: the environment's or the machine's credentials. */
  readonly from?: string;
  /** Id of a PostgreSQL connection, which names the database as its schema; or the target's parts, which may be variables. */
  readonly to: string | PostgresTarget;
  /**
   * Types of objects that the archive may hold beside tables and what belongs to them, as `pg_restore --list` names them: those that run code, or
   * reach beyond the database. Default: none; an archive with such objects is refused before anything is touched.
   */
  readonly allow?: readonly AllowableType[];
  /**
   * True: restore into the database as it is, also where a fresh one could take its place. `never`: refuse to, where none can, before anything is
   * touched; a failure then cannot leave the target half restored. Default: false, in place where no fresh one can be had.
   */
  readonly inPlace?: InPlace;
  /**
   * Keep the old database beside the new one, under its name with `_before_` and the time (UTC). Where no fresh database can be had, the restore is
   * refused. Default: false; it is dropped.
   */
  readonly keepOld?: boolean;
  /** The folder with pg_restore, on the machine that the task runs on. Default: the newest on PATH and where packages put it. */
  readonly toolFolder?: string;
}

const inPlaceShape: Shape<InPlace> = {
  findFaults: (value) =>
    value === "never" || typeof value === "boolean"
      ? []
      : wrong(value, 'true, false or "never"', 'write true, false or "never"'),
};

const known: KnownOptions<RestorePostgresOptions> = {
  object: required(task),
  from: text,
  to: required(postgresTarget),
  allow: listOf(oneOf(allowableTypes), "a list of types of objects", 'write ["FUNCTION"]'),
  inPlace: inPlaceShape,
  keepOld: flag,
  toolFolder: text,
};

/**
 * Restores an archive of `pg_dump --format=custom` (or tar) from S3 with `pg_restore --verbose --clean --no-acl --no-owner`, streamed from S3 into
 * the tool. Where the target's login may create databases and owns the target, the archive goes into a fresh database beside it, with
 * `--if-exists`, which takes the target's name in one transaction when all of it is there: a restore that fails leaves the old
 * data whole; needs room for both. Else it goes into the target itself, and a failure leaves that half restored; the log says which it is, and
 * `inPlace: "never"` refuses it.
 *
 * The fresh database gets the old one's owner, encoding, locale, tablespace, settings, grants, comment and connection limit. Objects that are not in the archive
 * are not in it, and grants on objects are not restored, nor are they in place.
 *
 * @throws KnownError (not repeated) for what is no such archive, is damaged, or holds what is not allowed; when pg_restore is missing or too old,
 * which the message says how to mend; for a wrong login; for a version of the object that was replaced. Repeated: cut connections, a full disk.
 * @example dag.run("restore", restorePostgres({ object: newest, from: "backups", to: "warehouse", allow: ["FUNCTION", "TRIGGER"] }))
 */
export function restorePostgres(options: RestorePostgresOptions): Operator<PostgresRestore> {
  return fromOptions({ name: "restorePostgres", callee: restorePostgres, known }, options, makeRestorePostgres);
}

function makeRestorePostgres(options: RestorePostgresOptions): Operator<PostgresRestore> {
  const { object, from, to, allow = [], inPlace = false, keepOld = false, toolFolder } = options;
  if (keepOld && inPlace === true) {
    const problem = "keepOld stands beside inPlace: true, which keeps nothing";
    const operator = { name: "restorePostgres", callee: restorePostgres };
    reportIn(operator, { steps: ["keepOld"], problem, remedy: "leave one of the two out" });
  }
  const needs = needsOfTarget(to);
  return defineOperator<PostgresRestore>({
    name: "restorePostgres",
    options: {
      ...(from === undefined ? {} : { from }),
      to: showTarget(to),
      allow: [...allow],
      inPlace,
      keepOld,
      ...(toolFolder === undefined ? {} : { toolFolder }),
    },
    inputs: { object },
    destructive: true,
    idempotent: true,
    ...needs,
    connections: from === undefined ? needs.connections : [...needs.connections, from],
    execute: async (inputs) => {
      const { openS3 } = await import("../connections/s3.ts");
      const { readS3Object } = await import("../streams/s3-object.ts");
      const { restoreArchive } = await import("./restore/restore-archive.ts");
      const { checkS3Object } = await import("../streams/check-s3-object.ts");
      const found = checkS3Object(inputs["object"]);
      const target = await resolveTarget(to);
      const { signal } = getContext();
      const s3 = await openS3(from);
      // Ends a download that is not needed any more: the archive was refused, or the tool gave up.
      const ended = new AbortController();
      try {
        const download = readS3Object(s3, found, { signal: AbortSignal.any([signal, ended.signal]) });
        const source = { key: found.key, size: found.size, where: s3Uri(found.bucket, found.key), download };
        return await restoreArchive({ source, target, allow, inPlace, keepOld, toolFolder, signal });
      } finally {
        ended.abort();
        s3.close();
      }
    },
  });
}
