// pg_restore: where packages put it, which version an archive needs, and what it says of an archive's table of contents.

import { KnownError } from "../errors.ts";
import type { ArchiveHead } from "../streams/postgres-archive.ts";
import { type FoundTool, findTool } from "./find-tool.ts";
import { runTool } from "./run-tool.ts";

export const toolName = "pg_restore";

/** Debian and PGDG, Fedora's PGDG, Homebrew on ARM and Intel, Postgres.app. */
const usualFolders = [
  "/usr/lib/postgresql/*/bin",
  "/usr/pgsql-*/bin",
  "/opt/homebrew/opt/postgresql@*/bin",
  "/opt/homebrew/opt/libpq/bin",
  "/usr/local/opt/postgresql@*/bin",
  "/usr/local/opt/libpq/bin",
  "/Applications/Postgres.app/Contents/Versions/*/bin",
];

/** Format of the archive → the first release whose pg_restore reads it. Source: pg_backup_archiver.h. */
const readers: Readonly<Record<string, string>> = {
  "1.12": "9.0",
  "1.13": "10",
  "1.14": "12",
  "1.15": "16",
  "1.16": "17",
};

/** Types that pg_restore runs nothing of, once it knows them: an older one would run what the entry holds, which was not judged. */
const knownSince: Readonly<Record<string, string>> = { "DATABASE PROPERTIES": "11", "BLOB METADATA": "17" };

/** The newest on this machine that reads the archive. @throws KnownError (not retryable) with what was found, and how to get one. */
export function findPgRestore(
  { version, dumpVersion, entries }: ArchiveHead,
  options: { readonly folder?: string | undefined; readonly signal: AbortSignal },
): Promise<FoundTool> {
  const reader = readers[version]!;
  const type = Object.keys(knownSince).findLast((name) => entries.some((entry) => entry.type === name));
  const isTypeNewer = type !== undefined && Number(knownSince[type]) > Number(reader);
  const least = isTypeNewer ? knownSince[type]! : reader;
  const has = isTypeNewer ? `with ${type}` : `format ${version}`;
  const package_ = Number(least) >= 16 ? least : "16";
  return findTool({
    ...options,
    name: toolName,
    usualFolders,
    readVersion: (printed) => /^pg_restore \(PostgreSQL\) (\d\S*)/m.exec(printed)?.[1],
    least: { version: least, reason: `the archive is of pg_dump ${dumpVersion}, ${has}` },
    install:
      `Install it: apt-get install postgresql-client-${package_} (with PGDG's repository, https://apt.postgresql.org, where Debian has an older one), ` +
      `or brew install postgresql@${package_}; or name its folder in the option toolFolder`,
  });
}

/**
 * Lets the tool itself read the table of contents: whether it can, and that it reads the same as was judged.
 * @throws KnownError (not retryable) with its own words.
 */
export async function checkListing(
  tool: FoundTool,
  archive: {
    readonly head: ArchiveHead;
    readonly bytes: Uint8Array;
    readonly where: string;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { head, bytes, where, signal } = archive;
  const listed: string[] = [];
  const said: string[] = [];
  const onLine = (line: string) => {
    if (line.startsWith("pg_restore:")) said.push(line);
    else if (/^\d+; /.test(line)) listed.push(line);
  };
  const end = await runTool({
    tool: toolName,
    path: tool.path,
    args: ["--list", "--verbose"],
    input: once(bytes),
    isClient: false,
    onLine,
    signal,
  });
  const refuse = (what: string, found: string, remedy: string) =>
    new KnownError({ what, where, found, remedy, isRetryable: false });
  const uncompressed = said.find((line) => /not support compression/.test(line));
  if (uncompressed) {
    const remedy = "Use a pg_restore that was built with it (PGDG's are), or dump with --compress=gzip";
    throw refuse(`pg_restore ${tool.version} cannot unpack the archive`, uncompressed, remedy);
  }
  if (end.code !== 0) {
    const found = said.join("; ") || `exit code ${end.code ?? end.killedBy}`;
    throw refuse(
      `pg_restore ${tool.version} cannot read the archive`,
      found,
      "Make the dump again, or take an older one",
    );
  }
  const judged = head.entries.map((entry) => comparable(entry.listed)).sort();
  const own = listed.map(comparable).sort();
  const differing = judged.findIndex((line, index) => line !== own[index]);
  if (differing < 0 && own.length === judged.length) return;
  const found = `${own.length} entries where ${judged.length} were checked: ${own[differing] ?? own[judged.length]}`;
  throw refuse(
    "pg_restore reads another table of contents than was checked",
    found,
    "Make the dump again, and report this",
  );
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Lines for the log are cut and cleaned; names from a dump may hold anything. */
function comparable(line: string): string {
  return line.replaceAll(/[^\x20-\x7e]/g, "").slice(0, 2_000);
}
