// How a run of pg_restore is to be taken: its exit code, read together with what it said. Pure.
// Exit 1 alone says little: pg_restore goes on after the server's errors, and ends with 1 when it ignored any.

import { countNoun } from "../count-noun.ts";
import type { Trouble } from "../errors.ts";
import type { RestoreReport } from "./pg-restore-report.ts";
import type { ToolEnd } from "./run-tool.ts";

export interface RestoreVerdict {
  /** Undefined: the restore is whole. */
  readonly trouble: Trouble | undefined;
  /** Errors that do no harm: of `--clean`, which drops what is not there. */
  readonly harmless: number;
}

/** Shown in the message; the log has all. */
const maxShown = 3;

export function judgeRestore(end: ToolEnd, report: RestoreReport): RestoreVerdict {
  const { errors: serious, harmless } = report;
  const understood = report.serious + harmless;
  const verdict = (trouble: Trouble | undefined): RestoreVerdict => ({ trouble, harmless });
  if (end.killedBy !== null) {
    const remedy = "Look into the system's log: with SIGKILL, the machine ran out of memory as a rule";
    return verdict({ what: "pg_restore was killed", found: end.killedBy, remedy });
  }
  switch (end.code) {
    case 0:
      return verdict(serious.length === 0 ? undefined : describe("pg_restore reported errors and success", report));
    case 1: {
      const isComplete = report.ignored !== undefined;
      // An error that was not understood here must not be taken for a harmless one.
      const isCounted = report.ignored === understood;
      if (isComplete && isCounted && serious.length === 0) return verdict(undefined);
      if (serious.length > 0)
        return verdict(describe(isComplete ? "the restore had errors" : "pg_restore gave up", report));
      const found = isComplete ? `${report.ignored} errors, of which ${understood} were understood` : "exit code 1";
      return verdict({ what: "pg_restore failed", found, remedy: "Look into the task's log", isRetryable: false });
    }
    case 126:
    case 127: {
      const remedy =
        "It is a wrapper that does not find the program: name the folder of the real one in the option toolFolder";
      return verdict({ what: "pg_restore cannot run", found: `exit code ${end.code}`, remedy, isRetryable: false });
    }
    default:
      return verdict({
        ...(serious.length > 0 ? describe("pg_restore failed", report) : { what: "pg_restore failed" }),
        found: `exit code ${end.code}${serious.length > 0 ? `: ${listErrors(report)}` : ""}`,
      });
  }
}

function describe(what: string, report: RestoreReport): Trouble {
  const { errors, serious } = report;
  const cause = causes.find(({ match }) => errors.some(({ text }) => match.test(text)));
  return {
    what: cause?.what ?? what,
    found: `${countNoun(serious, "error")}: ${listErrors(report)}`,
    remedy: cause?.remedy ?? "Look into the task's log for all of them",
    isRetryable: cause?.isRetryable ?? false,
  };
}

function listErrors({ errors, serious }: RestoreReport): string {
  const shown = errors.slice(0, maxShown).map(({ text, entry }) => (entry ? `${text} (at ${entry})` : text));
  return `${shown.join("; ")}${serious > maxShown ? "; …" : ""}`;
}

/** Of the first that fits. What is not here would fail again: the same archive into the same server. */
const causes: readonly {
  readonly match: RegExp;
  readonly what: string;
  readonly remedy: string;
  readonly isRetryable: boolean;
}[] = [
  {
    match: /No space left on device|could not extend file|disk full/i,
    what: "the server's disk is full",
    remedy: "Free some space: a fresh database needs room beside the old one",
    isRetryable: true,
  },
  {
    match: /SSL support is not compiled in/,
    what: "this pg_restore was built without TLS, which the connection needs",
    remedy: "Install one with it (Debian's, PGDG's or Homebrew's), or name its folder in the option toolFolder",
    isRetryable: false,
  },
  {
    match: /password authentication failed|no password supplied|no pg_hba\.conf entry/,
    what: "PostgreSQL refuses the login",
    remedy: "Check login and password of the target",
    isRetryable: false,
  },
  {
    match:
      /terminating connection|server closed the connection|connection to server .*(?:failed|lost)|could not (?:receive|send) data|SSL connection has been closed|no connection to the server|starting up|shutting down/,
    what: "the connection to PostgreSQL was cut",
    remedy: "Look into the server's log",
    isRetryable: true,
  },
  {
    match: /out of memory|too many clients|remaining connection slots|deadlock detected|canceling statement/,
    what: "PostgreSQL has no room for the restore now",
    remedy: "Try again when the server has less to do",
    isRetryable: true,
  },
  {
    match:
      /end of file|could not read from input file|could not uncompress|corrupt|invalid|unexpected (?:block|data|section)|did not find magic|bogus|out of range|found unexpected|incomplete/,
    what: "the archive is damaged or cut off, or does not fit the server",
    remedy: "Make the dump again, or take an older one",
    isRetryable: false,
  },
  {
    match: /permission denied|must be (?:owner|superuser|member)/,
    what: "permission denied",
    remedy: "Grant it to the target's login, or make the dump without what it may not create",
    isRetryable: false,
  },
];
