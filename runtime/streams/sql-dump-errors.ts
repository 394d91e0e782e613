// A server's refusal of a piece of a dump, with its place in the file: the server counts characters of a statement and lines of a COPY, the
// reader of the message has the file.

import { describeRefusal, isDatabaseError, isTransient, toKnownError } from "../connections/postgres-errors.ts";
import { isKnownError, KnownError } from "../errors.ts";
import type { SqlCopy, SqlStatement } from "./sql-dump.ts";

const maxFoundCharacters = 500;

export function statementFailed(error: unknown, part: SqlStatement, file: string): unknown {
  const before = [...part.text].slice(0, characterOf(error) - 1).join("");
  const line = part.line + before.split("\n").length - 1;
  return serverFailed(error, "PostgreSQL refused a statement of the dump", `${file}:${line}`);
}

/** Character of the statement, from 1. */
function characterOf(error: unknown): number {
  return Number((error as { position?: string }).position ?? 1);
}

export function copyFailed(error: unknown, part: SqlCopy, file: string): unknown {
  const row = rowOf(error);
  if (row === undefined) return serverFailed(error, "PostgreSQL refused a COPY of the dump", `${file}:${part.line}`);
  return serverFailed(error, "PostgreSQL refused a row of the dump", `${file}:${part.dataLine + row - 1}`);
}

/** For the deferred ones, which are checked when everything is loaded. */
export function constraintsFailed(error: unknown, file: string): unknown {
  return serverFailed(error, "the dump breaks a constraint that is checked at its end", file);
}

/** From the server's CONTEXT, in any language: `COPY actor, line 7, column last_update: "…"`. */
function rowOf(error: unknown): number | undefined {
  const { where = "" } = error as { where?: string };
  const row = /^COPY .+?, \S+ (\d+)/m.exec(where)?.[1];
  return row === undefined ? undefined : Number(row);
}

/** Adds the file to the place that the reader of the dump has named. */
export function inFile(error: unknown, file: string): unknown {
  if (!isKnownError(error)) return error;
  const { where } = error.trouble;
  if (where === undefined) return new KnownError({ ...error.trouble, where: file }, { cause: error });
  const line = /^line (\d+)$/.exec(where)?.[1];
  return line === undefined ? error : new KnownError({ ...error.trouble, where: `${file}:${line}` }, { cause: error });
}

function serverFailed(error: unknown, what: string, where: string): unknown {
  const known = toKnownError(error, where);
  // Ours already, or a defect.
  if (known === error || !isKnownError(known)) return error;
  if (!isDatabaseError(error) || isTransient(error.code)) {
    const found = `${known.trouble.what}: ${known.trouble.found}`;
    const remedy = "Nothing was kept: the next try loads the whole file";
    return new KnownError({ what: "the load was interrupted", where, found, remedy }, { cause: error });
  }
  const { hint, code } = error;
  const found = describeRefusal(error).slice(0, maxFoundCharacters);
  const remedy = hint ?? remedies[code] ?? "Correct the dump or the target; nothing of it was kept";
  return new KnownError({ what, where, found, remedy, isRetryable: false }, { cause: error });
}

const remedies: Readonly<Record<string, string>> = {
  "42P01": "Create the table first: load the schema before the data",
  "42P07": "The target is not empty: reset it first, or load into an empty one",
  "3F000": "Create the schema first: load the schema before the data",
  "42501": "Give the connection's user that right, or dump with --no-owner and --no-privileges",
  "42704": "The dump needs something that the target lacks: create the role, type or setting first",
  "23505": "The target has these rows already: reset it first",
};
