// One run of pg_restore: the archive into its input, its words into the log, its end judged; and the rest of the archive read when the tool did not
// need it, so that length and checksum are known of all of it.

import type { Connection } from "../../connections/connection.ts";
import { reportProgress } from "../../context.ts";
import { countNoun } from "../../count-noun.ts";
import { KnownError } from "../../errors.ts";
import type { FoundTool } from "../../tools/find-tool.ts";
import { judgeRestore } from "../../tools/judge-restore.ts";
import { withPgProgram } from "../../tools/pg-environment.ts";
import { toolName } from "../../tools/pg-restore.ts";
import { createRestoreListener } from "../../tools/pg-restore-report.ts";
import type { RestoreMode } from "../../tools/restore-error.ts";
import { runTool } from "../../tools/run-tool.ts";

export interface RestoreRun {
  readonly tool: FoundTool;
  readonly mode: RestoreMode;
  readonly connection: Connection;
  readonly database: string;
  /** As the target's own session has them. */
  readonly session: { readonly user: string; readonly isEncrypted: boolean; readonly serverOptions: string };
  readonly applicationName: string;
  /** The archive from its first byte on. */
  readonly chunks: AsyncIterator<Uint8Array, void>;
  /** Of the archive, in bytes. */
  readonly size: number;
  readonly where: string;
  readonly signal: AbortSignal;
}

/** The live table is told at most this often, the log less. */
const progressMs = 500;
const logMs = 10_000;

/** @throws KnownError for whatever the tool or the archive came to; what is in the database then is the caller's to judge. */
export async function runPgRestore(run: RestoreRun): Promise<{ readonly warnings: number }> {
  const listener = createRestoreListener(run.mode);
  let failure: { readonly error: unknown } | undefined;
  const chunks = tellProgress(run, {
    current: () => listener.current(),
    onFailure: (error) => {
      failure = { error };
    },
  });
  const end = await withPgProgram({ ...run, ...run.session }, ({ args, env }) =>
    runTool({
      tool: toolName,
      path: run.tool.path,
      args: [...argumentsOf(run.mode), ...args],
      env,
      input: { [Symbol.asyncIterator]: () => chunks },
      isClient: true,
      onLine: (line) => {
        const { kind, shown } = listener.take(line);
        (kind === "progress" ? console.log : console.error)(shown);
      },
      signal: run.signal,
    }),
  );
  const report = listener.report();
  const { trouble, harmless } = judgeRestore(end, report);
  if (trouble) throw new KnownError({ where: run.where, ...trouble });
  while (!(await chunks.next()).done);
  // The tool had ended before it: nobody waited for the chunk that did not come.
  if (failure) throw failure.error;
  if (harmless > 0) {
    const why = "it dropped what was not there, or set what an older server does not know";
    console.log(`${countNoun(harmless, "error")} of pg_restore did no harm: ${why}`);
  }
  return { warnings: report.warnings.filter((text) => !isCount(text)).length + harmless };
}

/** `--clean` alone, as it is given in place, counts every object that is not there as an error. */
function argumentsOf(mode: RestoreMode): string[] {
  return ["--verbose", "--clean", ...(mode === "fresh" ? ["--if-exists"] : []), "--no-acl", "--no-owner"];
}

function isCount(text: string): boolean {
  return text.startsWith("errors ignored on restore");
}

/** Hands the chunks on, and tells of them. */
async function* tellProgress(
  { chunks, size }: RestoreRun,
  watch: { readonly current: () => string | undefined; readonly onFailure: (error: unknown) => void },
): AsyncGenerator<Uint8Array, void> {
  const tell = watchProgress(size, watch.current);
  let bytes = 0;
  try {
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      bytes += next.value.length;
      tell(bytes);
      yield next.value;
    }
  } catch (error) {
    watch.onFailure(error);
    throw error;
  }
}

function watchProgress(size: number, current: () => string | undefined): (bytes: number) => void {
  const started = performance.now();
  let reported = 0;
  let logged = started;
  // The table adds up what each object was fed: of bytes, each is told once.
  let object: { readonly name: string; readonly from: number } | undefined;
  return (bytes) => {
    const now = performance.now();
    const name = current() ?? "pg_restore";
    if (object?.name !== name) {
      if (object) reportProgress({ table: object.name, rows: null, bytes: bytes - object.from });
      object = { name, from: object === undefined ? 0 : bytes };
    }
    if (now - reported >= progressMs || bytes === size) {
      reported = now;
      reportProgress({ table: name, rows: null, bytes: bytes - object.from });
    }
    if (now - logged < logMs) return;
    logged = now;
    const rate = bytes / 1e6 / ((now - started) / 1000);
    const at = current();
    console.log(
      `Fed ${(bytes / 1e6).toFixed(0)} of ${(size / 1e6).toFixed(0)} MB, ${rate.toFixed(1)} MB/s${at ? `, at ${at}` : ""}`,
    );
  };
}
