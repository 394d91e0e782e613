// The stages of a restore: the archive is judged, the way is chosen (a fresh database, or in place), the tool runs, the databases are swapped. On
// every way out but success, the fresh database is dropped and the old one is what it was.

import type { Connection } from "../../connections/connection.ts";
import { isEncrypted, type PostgresSession, placeOf } from "../../connections/postgres.ts";
import { getContext, projectPath } from "../../context.ts";
import { withAftermath } from "../../errors.ts";
import type { S3Download } from "../../streams/s3-object.ts";
import { withPostgres } from "../postgres-session.ts";
import { carryOver } from "./database-settings.ts";
import { dropFresh, dropOld, type FreshWork, swap } from "./end-restore.ts";
import { createFresh, findDatabase, openToPublic, recover } from "./fresh-database.ts";
import { withMaintenance } from "./maintenance.ts";
import { keptName, lockKeyOf, nameBehind, namesFor } from "./names.ts";
import { lockRestore, refuseInPlace, whyInPlace } from "./permission.ts";
import { type Preflight, preflight } from "./preflight.ts";
import { type RestoreRun, runPgRestore } from "./run-pg-restore.ts";

export interface ArchiveSource {
  readonly key: string;
  readonly size: number;
  /** For messages: `s3://bucket/key`. */
  readonly where: string;
  /** Not begun. Where the restore fails, it may be left unread: the caller ends it. */
  readonly download: S3Download;
}

/** `never`: a restore that could not take a fresh database is refused. */
export type InPlace = boolean | "never";

export interface ArchiveRestore {
  readonly source: ArchiveSource;
  readonly target: Connection & { readonly schema: string };
  readonly allow: readonly string[];
  readonly inPlace: InPlace;
  readonly keepOld: boolean;
  readonly toolFolder: string | undefined;
  readonly signal: AbortSignal;
}

export type PostgresRestore = {
  readonly key: string;
  /** Of the archive. */
  readonly bytes: number;
  readonly sha256: string;
  readonly database: string;
  /** Whether a fresh database took the old one's place, or the old one was written into. */
  readonly mode: "fresh" | "in_place";
  /** Tables in the archive. */
  readonly tables: number;
  /** From the first byte to the last statement. */
  readonly seconds: number;
  /** Of pg_restore; and of errors that do no harm. The log has them. */
  readonly warnings: number;
  /** The name under which the old database was kept, else null. */
  readonly kept: string | null;
};

export async function restoreArchive(restore: ArchiveRestore): Promise<PostgresRestore> {
  const started = performance.now();
  const { source, target } = restore;
  const folder = restore.toolFolder === undefined ? undefined : projectPath(restore.toolFolder);
  const judged = await preflight(source.download, { ...restore, toolFolder: folder, where: source.where });
  const names = namesFor(target.schema, getContext());
  const done = await withMaintenance(
    target,
    async (session) => {
      await lockRestore(session, lockKeyOf(target.schema), placeOf(target));
      const reason = restore.inPlace === true ? "inPlace is set" : await whyInPlace(session, names);
      return reason === undefined
        ? restoreFresh(restore, judged, { session, names })
        : restoreInPlace(restore, judged, reason);
    },
    (reason) => restoreInPlace(restore, judged, reason),
  );
  const { bytes, sha256, warnings } = done;
  const seconds = Math.round((performance.now() - started) / 10) / 100;
  const { tables } = judged;
  console.log(
    `Restored ${source.where} into ${placeOf(target)}: ${tables} tables, ${bytes} bytes in ${seconds} s, ${(bytes / 1e6 / seconds).toFixed(1)} MB/s`,
  );
  return {
    key: source.key,
    bytes,
    sha256,
    database: target.schema,
    mode: done.mode,
    tables,
    seconds,
    warnings,
    kept: done.kept,
  };
}

type Loaded = Pick<PostgresRestore, "bytes" | "sha256" | "warnings">;
type Restored = Loaded & Pick<PostgresRestore, "mode" | "kept">;

async function restoreFresh(restore: ArchiveRestore, judged: Preflight, work: FreshWork): Promise<Restored> {
  const { session, names } = work;
  await recover(session, names);
  const old = await findDatabase(session, names.target);
  let isSwapped = false;
  let oldName: string | null = null;
  try {
    await createFresh(session, names, old);
    console.log(
      `Restoring into the fresh database ${names.fresh}${old ? `, like ${names.target}` : `: there is no ${names.target} yet`}`,
    );
    const result = await run(restore, judged, { mode: "fresh", database: names.fresh, session });
    await withPostgres({ ...restore.target, schema: names.fresh }, (fresh) =>
      fresh.query("SET statement_timeout = 0; ANALYZE"),
    );
    if (old) tellLost(await carryOver(session, old, names.fresh), names.target);
    else await openToPublic(session, names.fresh);
    // At once under the name that it keeps: a try that is cut behind the swap leaves nothing that the next one would drop.
    const kept = old && restore.keepOld ? keptName(names.target, new Date()) : null;
    oldName = old ? (kept ?? names.old) : null;
    await swap(restore.target, work, oldName ?? undefined);
    isSwapped = true;
    if (old && !kept) await dropOld(work);
    return { ...result, mode: "fresh", kept };
  } catch (error) {
    throw oldName === null ? withAftermath(error, `${names.target} is as it was`) : error;
  } finally {
    if (!isSwapped) await dropFresh(restore.target, names.fresh, oldName);
  }
}

async function restoreInPlace(restore: ArchiveRestore, judged: Preflight, reason: string): Promise<Restored> {
  const { target } = restore;
  if (restore.inPlace === "never" || restore.keepOld) throw refuseInPlace(reason, placeOf(target), restore);
  console.log(`Restoring into ${target.schema} itself (${reason}): a restore that fails leaves it half restored`);
  return withPostgres(target, async (session) => {
    // A lock is its database's own: who cannot reach the maintenance database would not meet the one that is held there.
    await lockRestore(session, lockKeyOf(target.schema), placeOf(target));
    // What a killed try has left: its tool may still be at an index.
    await session.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = session_user AND application_name = $1`,
      [applicationNameOf(target.schema)],
    );
    const result = await run(restore, judged, { mode: "in_place", database: target.schema, session }).catch((error) => {
      throw withAftermath(error, `${target.schema} may be half restored`);
    });
    return { ...result, mode: "in_place", kept: null };
  });
}

async function run(
  { source, target, signal }: ArchiveRestore,
  { tool, chunks }: Preflight,
  way: Pick<RestoreRun, "mode" | "database"> & { readonly session: PostgresSession },
): Promise<Loaded> {
  const { rows } = await way.session.query<{ user: string }>("SELECT session_user AS user");
  // Of that very database: a server may want TLS for one and not for another.
  const encrypted =
    way.mode === "in_place"
      ? isEncrypted(way.session)
      : await withPostgres({ ...target, schema: way.database }, async (probe) => isEncrypted(probe));
  const speaksEnglish = await way.session.query("SET lc_messages = 'C'").then(
    () => true,
    () => false,
  );
  const { warnings } = await runPgRestore({
    ...way,
    tool,
    connection: target,
    session: {
      user: target.login ?? rows[0]!.user,
      isEncrypted: encrypted,
      // Its errors are told apart by their English words; a login that may not set it has the server's own.
      serverOptions: speaksEnglish ? "-c lc_messages=C" : "",
    },
    applicationName: applicationNameOf(target.schema),
    chunks,
    size: source.size,
    where: `${source.where} into ${placeOf({ ...target, schema: way.database })}`,
    signal,
  });
  return { ...source.download.digest(), warnings };
}

/** Cut by the server after 63 bytes; who looks for it looks for the same. */
function applicationNameOf(database: string): string {
  const { dagId, taskId } = getContext();
  return nameBehind(`dagwright ${dagId}.${taskId}`, ` ${lockKeyOf(database).slice(-8)}`);
}

function tellLost(lost: readonly string[], database: string): void {
  for (const what of lost) console.error(`warning: not carried over from the old ${database}: ${what}`);
}
