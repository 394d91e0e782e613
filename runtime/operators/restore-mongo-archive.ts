// The work of restoreMongo: looks at the archive's list, starts mongorestore, feeds it, tells how far it is, judges its end.

import type { MongoServer } from "../connections/mongo-server.ts";
import { reportProgress } from "../context.ts";
import { KnownError } from "../errors.ts";
import type { ArchiveCount, ArchivePrelude } from "../streams/mongo-archive.ts";
import { namespaceOf } from "../streams/mongo-archive.ts";
import { type CheckedArchive, openArchive } from "../streams/mongo-archive-gate.ts";
import { type JudgedNamespaces, judgeNamespaces } from "../streams/mongo-archive-rules.ts";
import type { S3Object } from "../streams/s3-object.ts";
import { findMongorestore, mongorestoreArguments, mongorestoreConfig } from "../tools/mongorestore.ts";
import { createRestoreLog, judgeRestore, type RestoreLog } from "../tools/mongorestore-end.ts";
import { runTool } from "../tools/run-tool.ts";
import { writeSecretFile } from "../tools/secret-file.ts";

export type RestoredArchive = {
  readonly key: string;
  /** Size of the object. */
  readonly bytes: number;
  readonly sha256: string;
  /** Documents, by `database.collection`; of a time series its buckets. */
  readonly namespaces: { readonly [namespace: string]: number };
  readonly seconds: number;
  /** Lines of mongorestore that tell of something unusual, at most 50. */
  readonly warnings: readonly string[];
};

export interface ArchiveWork {
  readonly download: AsyncIterable<Uint8Array>;
  readonly dump: S3Object;
  readonly server: MongoServer;
  readonly allow: readonly string[];
  readonly exclude: readonly string[];
  readonly signal: AbortSignal;
}

export async function restoreArchive(work: ArchiveWork): Promise<Omit<RestoredArchive, "key" | "bytes" | "sha256">> {
  const began = performance.now();
  const { dump, server, signal } = work;
  const file = `s3://${dump.bucket}/${dump.key}`;
  const tool = await findMongorestore(signal);
  const archive = await openArchive(work.download, file);
  const judged = judge(archive.prelude, work, file);
  const names = judged.restored.map(namespaceOf);
  const { serverVersion, toolVersion } = archive.prelude;
  console.log(
    `${file}: ${names.length} collections of MongoDB ${serverVersion}, dumped by ${toolVersion || "an unnamed tool"}`,
  );
  if (judged.excluded.length > 0) console.log(`left out, as exclude says: ${judged.excluded.join(", ")}`);
  console.log(`mongorestore ${tool.version} (${tool.path}) to ${server.where}`);
  const log = createRestoreLog();
  const end = await runMongorestore(tool.path, { ...work, archive, log });
  const namespaces = Object.fromEntries(names.map((name) => [name, archive.reader.counts.get(name)!.documents]));
  const documents = Object.values(namespaces).reduce((sum, each) => sum + each, 0);
  const failure = judgeRestore(end, log, { where: `mongorestore, ${server.where}`, documents });
  if (failure) throw failure;
  const seconds = Math.round(performance.now() - began) / 1_000;
  console.log(`${file}: ${documents} documents in ${seconds.toFixed(1)} s, nothing on disk`);
  const more = log.moreWarnings === 0 ? [] : [`and ${log.moreWarnings} more`];
  return { namespaces, seconds, warnings: [...log.warnings, ...more] };
}

/** @throws KnownError (not retryable) that lists every collection that is not to be restored, with its reason. */
function judge(prelude: ArchivePrelude, work: ArchiveWork, file: string): JudgedNamespaces {
  const { server, allow, exclude } = work;
  const judged = judgeNamespaces(prelude.namespaces, { allow, exclude, database: server.database });
  const { refused, restored } = judged;
  if (refused.length > 0) {
    throw new KnownError({
      what: "the archive holds what is not to be restored, so nothing was",
      where: file,
      found: refused.map(({ namespace, reason }) => `${namespace} (${reason})`).join("; "),
      remedy:
        "Dump without it (`mongodump --db`), or name it in `exclude` to leave it out, in `allow` to restore it all the same",
      isRetryable: false,
    });
  }
  if (restored.length > 0) return judged;
  throw new KnownError({
    what: "the archive holds nothing to restore",
    where: file,
    found: judged.excluded.length === 0 ? "no collection" : `only what is excluded: ${judged.excluded.join(", ")}`,
    remedy: "See what was dumped",
    isRetryable: false,
  });
}

async function runMongorestore(
  path: string,
  { server, exclude, signal, archive, log, dump }: ArchiveWork & { archive: CheckedArchive; log: RestoreLog },
) {
  const config = mongorestoreConfig(server);
  const file = config === undefined ? undefined : await writeSecretFile("mongorestore.yaml", config);
  try {
    return await runTool({
      tool: "mongorestore",
      path,
      args: mongorestoreArguments({ server, exclude, configFile: file?.path }),
      input: withProgress(archive, dump),
      onLine: (line) => {
        // It says nothing before it has read its file.
        void file?.remove();
        console.log(log.add(line));
      },
      signal,
    });
  } finally {
    await file?.remove();
  }
}

/** The live table is told this often, the log that often. */
const progressIntervalMs = 500;
const logIntervalMs = 10_000;

/** Told of what was looked at: mongorestore is at most one chunk and its own buffers behind. */
async function* withProgress(
  { chunks, reader }: CheckedArchive,
  { key, size }: S3Object,
): AsyncGenerator<Uint8Array, void> {
  const began = performance.now();
  let [told, logged] = [began, began];
  let bytes = 0;
  const tell = (namespace: string, { documents, bytes: size }: ArchiveCount) =>
    reportProgress({ table: namespace, rows: documents, bytes: size });
  for await (const chunk of chunks) {
    yield chunk;
    bytes += chunk.length;
    const now = performance.now();
    const { current, counts } = reader;
    if (current !== undefined && now - told >= progressIntervalMs) {
      told = now;
      tell(current, counts.get(current)!);
    }
    if (now - logged < logIntervalMs) continue;
    logged = now;
    const rate = bytes / 1e6 / ((now - began) / 1_000);
    const percent = Math.floor((100 * bytes) / Math.max(size, 1));
    console.log(
      `${key}: ${(bytes / 1e6).toFixed(1)} MB (${percent} %), ${rate.toFixed(1)} MB/s, ${current ?? "between collections"}`,
    );
  }
  for (const [namespace, count] of reader.counts) tell(namespace, count);
}
