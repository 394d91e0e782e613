// What of an archive's list a restore takes: said aloud, or refused. Archives are somebody else's text: no name of theirs begins a line of a log or
// moves a terminal's cursor, and however many there are, a message names a few.

import { visible } from "../connections/s3-uri.ts";
import { KnownError } from "../errors.ts";
import { type ArchivePrelude, namespaceOf } from "../streams/mongo-archive-list.ts";
import { type JudgedNamespaces, judgeNamespaces, type NamespaceRules } from "../streams/mongo-archive-rules.ts";

/** In a message or a line. */
const maxNamed = 10;

/** The names of the collections to restore. @throws KnownError (not retryable) when one of the archive's may not be; the log has all of those. */
export function chooseNamespaces(prelude: ArchivePrelude, rules: NamespaceRules, file: string): string[] {
  const { restored, excluded, refused } = judgeNamespaces(prelude.namespaces, rules);
  if (refused.length > 0) throw refuse(refused, file);
  if (restored.length === 0) throw nothingLeft(excluded, file);
  const { serverVersion, toolVersion } = prelude;
  const tool = visible(toolVersion) || "an unnamed tool";
  console.log(`${file}: ${restored.length} collections of MongoDB ${visible(serverVersion)}, dumped by ${tool}`);
  if (excluded.length > 0) console.log(`left out, as exclude says: ${listed(excluded.map(visible), ", ")}`);
  return restored.map(namespaceOf);
}

function refuse(refused: JudgedNamespaces["refused"], file: string): KnownError {
  const each = refused.map(({ namespace, reason }) => `${visible(namespace)} (${visible(reason)})`);
  console.error(`Not to be restored from ${file}:`);
  for (const line of each) console.error(`  ${line}`);
  return new KnownError({
    what: "the archive holds what is not to be restored, so nothing was",
    where: file,
    found: listed(each, "; "),
    remedy:
      "Dump without it (`mongodump --db`), or name it in `exclude` to leave it out, in `allow` to restore it all the same",
    isRetryable: false,
  });
}

function nothingLeft(excluded: readonly string[], file: string): KnownError {
  return new KnownError({
    what: "the archive holds nothing to restore",
    where: file,
    found: excluded.length === 0 ? "no collection" : `only what is excluded: ${listed(excluded.map(visible), ", ")}`,
    remedy: "See what was dumped",
    isRetryable: false,
  });
}

function listed(texts: readonly string[], separator: string): string {
  const more = texts.length - maxNamed;
  return [...texts.slice(0, maxNamed), ...(more > 0 ? [`and ${more.toLocaleString("en")} more`] : [])].join(separator);
}
