// The work of restoreMongo: looks at the archive's list, starts mongorestore, feeds it, tells how far it is, judges its end.

import type { MongoServer } from "../connections/mongo-server.ts";
import { s3Uri, visible } from "../connections/s3-uri.ts";
import { reportProgress } from "../context.ts";
import { withAftermath } from "../errors.ts";
import type { ArchiveCount } from "../streams/mongo-archive-blocks.ts";
import { type CheckedArchive, openArchive } from "../streams/mongo-archive-gate.ts";
import type { S3Object } from "../streams/s3-object.ts";
import { findMongorestore, mongorestoreArguments, mongorestoreConfig } from "../tools/mongorestore.ts";
import { createMongorestoreLog, judgeMongorestore, type MongorestoreLog } from "../tools/mongorestore-end.ts";
import { runTool } from "../tools/run-tool.ts";
import { writeSecretFile } from "../tools/secret-file.ts";
import { chooseNamespaces } from "./mongo-namespaces.ts";

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

export async function restoreMongoArchive(
  work: ArchiveWork,
): Promise<Omit<RestoredArchive, "key" | "bytes" | "sha256">> {
  const began = performance.now();
  const { dump, server, allow, exclude, signal } = work;
  const file = s3Uri(dump.bucket, dump.key);
  const tool = await findMongorestore(signal);
  const archive = await openArchive(work.download, file);
  const names = chooseNamespaces(archive.prelude, { allow, exclude, database: server.database }, file);
  console.log(`mongorestore ${tool.version} (${tool.path}) to ${server.where}`);
  const log = createMongorestoreLog();
  // Nothing is taken back: every collection is dropped when its turn comes.
  const aftermath = `What the archive holds of ${describeNames(names)} may be dropped or half restored; others are as they were`;
  const end = await runMongorestore(tool.path, { ...work, archive, log }).catch((error) => {
    throw withAftermath(error, aftermath);
  });
  const namespaces = Object.fromEntries(names.map((name) => [name, archive.reader.counts.get(name)!.documents]));
  const documents = Object.values(namespaces).reduce((sum, each) => sum + each, 0);
  const failure = judgeMongorestore(end, log, { where: `mongorestore, ${server.where}`, documents });
  if (failure) throw withAftermath(failure, aftermath);
  const seconds = Math.round(performance.now() - began) / 1_000;
  console.log(`${file}: ${documents} documents in ${seconds.toFixed(1)} s, nothing on disk`);
  const more = log.moreWarnings === 0 ? [] : [`and ${log.moreWarnings} more`];
  return { namespaces, seconds, warnings: [...log.warnings, ...more] };
}

async function runMongorestore(
  path: string,
  { server, exclude, signal, archive, log, dump }: ArchiveWork & { archive: CheckedArchive; log: MongorestoreLog },
) {
  const config = mongorestoreConfig(server);
  const file = config === undefined ? undefined : await writeSecretFile("mongorestore.yaml", config);
  try {
    return await runTool({
      tool: "mongorestore",
      path,
      args: mongorestoreArguments({ server, exclude, configFile: file?.path }),
      input: withProgress(archive, dump),
      isClient: true,
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

const mostNamesShown = 3;

function describeNames(names: readonly string[]): string {
  const more = names.length > mostNamesShown ? ` and ${names.length - mostNamesShown} more` : "";
  return `${names.slice(0, mostNamesShown).map(visible).join(", ")}${more}`;
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
    reportProgress({ table: visible(namespace), rows: documents, bytes: size });
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
    const at = current === undefined ? "between collections" : visible(current);
    console.log(`${visible(key)}: ${(bytes / 1e6).toFixed(1)} MB (${percent} %), ${rate.toFixed(1)} MB/s, ${at}`);
  }
  for (const [namespace, count] of reader.counts) tell(namespace, count);
}
