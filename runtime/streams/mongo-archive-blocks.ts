// The blocks of an archive of mongodump, behind its list: whose documents come next, and how many have. Collections take turns. Invariant: no name
// is counted that the list does not have, and none after its end.

import { readFlatBson } from "./mongo-archive-bson.ts";
import { type ArchiveFail, type ArchiveNamespace, namespaceOf } from "./mongo-archive-list.ts";

export interface ArchiveCount {
  documents: number;
  bytes: number;
}

export interface BlockReader {
  /** By namespace as the collection is called: the buckets of a time series count for the collection. */
  readonly counts: ReadonlyMap<string, ArchiveCount>;
  /** Undefined after the end of a collection. */
  readonly current: string | undefined;
  /** Fails for data that may not come here. */
  open(header: Buffer): void;
  /** A document of so many bytes, of the open block. */
  count(bytes: number): void;
  /** Collections that have begun and not ended. */
  unfinished(): readonly string[];
}

export function createBlockReader(namespaces: readonly ArchiveNamespace[], fail: ArchiveFail): BlockReader {
  const known = new Map(namespaces.flatMap((each) => dataNamesOf(each).map((name) => [name, namespaceOf(each)])));
  const counts = new Map(namespaces.map((each) => [namespaceOf(each), { documents: 0, bytes: 0 }]));
  if (counts.size !== namespaces.length) fail("a collection that is listed twice");
  const begun = new Set<string>();
  const ended = new Set<string>();
  let current: string | undefined;
  return {
    counts,
    get current() {
      return current;
    },
    open(header) {
      const { db, collection, EOF: isEnd } = readFlatBson(header, ["db", "collection", "EOF", "CRC"], fail);
      const name = `${db}.${collection}`;
      current = known.get(name);
      if (current === undefined)
        return fail(`data of ${JSON.stringify(name)}, which is not in the list of collections`);
      if (ended.has(current)) return fail(`data of ${current} after its end`);
      begun.add(current);
      if (isEnd !== true) return;
      ended.add(current);
      current = undefined;
    },
    count(bytes) {
      const count = current === undefined ? undefined : counts.get(current);
      if (count === undefined) return fail("documents after the end of their collection");
      count.documents += 1;
      count.bytes += bytes;
    },
    unfinished: () => [...begun].filter((name) => !ended.has(name)),
  };
}

/** Before MongoDB 8.3 a time series' data stand under the name of its buckets. */
function dataNamesOf(namespace: ArchiveNamespace): string[] {
  const { database, collection, type } = namespace;
  return type === "timeseries"
    ? [`${database}.system.buckets.${collection}`, namespaceOf(namespace)]
    : [namespaceOf(namespace)];
}
