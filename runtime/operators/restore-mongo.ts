// Restores an archive of mongodump from S3: one stream from there into mongorestore, nothing on disk. What may not be restored is refused before
// the tool starts; the tool gets the end of the archive only when all of it was found right.

import { getContext } from "../context.ts";
import { defineOperator, type Operator, type TaskRef } from "../dag/definition.ts";
import { fromOptions, reportIn } from "../dag/operator-options.ts";
import { type KnownOptions, required } from "../dag/options.ts";
import { task, text, texts } from "../dag/shapes.ts";
import { checkS3Object } from "../streams/check-s3-object.ts";
import { isNamespacePattern } from "../streams/mongo-archive-rules.ts";
import type { S3Object } from "../streams/s3-object.ts";
import { connectionOrMongoTarget, type MongoTarget, readMongoServer } from "./mongo-target.ts";
import type { RestoredArchive } from "./restore-mongo-archive.ts";
import { needsOfTarget, showTarget } from "./target-parts.ts";

export interface RestoreMongoOptions {
  /** The archive: `s3LatestObject`'s task. */
  readonly object: TaskRef<S3Object>;
  /** Id of an Airflow connection of type `aws` to read it with. Default: the environment or the machine's role. */
  readonly from?: string;
  /**
   * Id of a connection of type `mongo`, or where the server is. Where it names a database, the archive may hold no other. Its login needs the
   * role `restore`, or `readWrite` on every database of the archive.
   */
  readonly to: string | MongoTarget;
  /**
   * Collections that are restored although they hold users, roles, settings or code: `shop.system.js`, `admin.*`. Default: none; one of them in
   * the archive, and nothing is restored.
   */
  readonly allow?: readonly string[];
  /** Collections that are left out: `admin.*`, `shop.sessions`. Default: none. */
  readonly exclude?: readonly string[];
}

const known: KnownOptions<RestoreMongoOptions> = {
  object: required(task),
  from: text,
  to: required(connectionOrMongoTarget),
  allow: texts,
  exclude: texts,
};

/**
 * Restores `mongodump --archive --gzip` from S3 with MongoDB's own `mongorestore --drop --archive --gzip`, which must be installed. Every collection of
 * the archive is dropped and made anew, with its options and indexes; others stay. It does not happen at once: while it runs, and after a
 * try that failed half-way, some collections are new and some old. A retry drops and restores them all again.
 *
 * Refused before anything is dropped: what is no archive or not compressed; archives with collections of `admin`, `config` or `local`, with users
 * and roles, `system.js` or other code that the server would run, an operation log, unless `allow` or `exclude` names them. Refused while it
 * streams: an archive that is cut off or damaged, that grows beyond a thousand times its size, or holds data that its list does not name; an
 * object that was replaced in S3 since it was found.
 *
 * @throws KnownError for all of that; for a tool that is missing or too old, a login that is refused, documents that the server refuses.
 * @example restoreMongo({ object: dump, to: { host: variable("MONGODB_HOST"), user: variable("MONGODB_USER"), password: variable("MONGODB_PASS") } })
 */
export function restoreMongo(options: RestoreMongoOptions): Operator<RestoredArchive> {
  return fromOptions({ name: "restoreMongo", callee: restoreMongo, known }, options, makeRestoreMongo);
}

function makeRestoreMongo(options: RestoreMongoOptions): Operator<RestoredArchive> {
  const { object, from, to, allow = [], exclude = [] } = options;
  checkPatterns("allow", allow);
  checkPatterns("exclude", exclude);
  const { connections, ...needs } = needsOfTarget(to);
  return defineOperator<RestoredArchive>({
    name: "restoreMongo",
    options: {
      ...(from !== undefined && { from }),
      to: showTarget(to),
      ...(allow.length > 0 && { allow: [...allow] }),
      ...(exclude.length > 0 && { exclude: [...exclude] }),
    },
    inputs: { object },
    destructive: true,
    idempotent: true,
    connections: from === undefined ? connections : [...connections, from],
    ...needs,
    execute: async (inputs) => {
      const [{ openS3 }, { readS3Object }, { restoreMongoArchive }] = await Promise.all([
        import("../connections/s3.ts"),
        import("../streams/s3-object.ts"),
        import("./restore-mongo-archive.ts"),
      ]);
      const dump = checkS3Object(inputs["object"]);
      const server = await readMongoServer(to, "to");
      const { signal } = getContext();
      const session = await openS3(from);
      // The tool may end before its input does: then nobody reads the download any more.
      const ended = new AbortController();
      try {
        const download = readS3Object(session, dump, { signal: AbortSignal.any([signal, ended.signal]) });
        const restored = await restoreMongoArchive({ download, dump, server, allow, exclude, signal });
        return { key: dump.key, ...download.digest(), ...restored };
      } finally {
        ended.abort();
        session.close();
      }
    },
  });
}

function checkPatterns(option: "allow" | "exclude", patterns: readonly string[]): void {
  for (const [index, pattern] of patterns.entries()) {
    if (isNamespacePattern(pattern)) continue;
    const problem = `${option} names ${JSON.stringify(pattern)}`;
    const remedy = 'write "database.collection", or "database.*" for all of a database';
    reportIn({ name: "restoreMongo", callee: restoreMongo }, { steps: [option, index], problem, remedy });
  }
}
