// Asks for the id of a destructive DAG before it runs, or runs again: at a terminal; elsewhere it has to be given.

import { createInterface } from "node:readline";
import { confirmParam } from "../runtime/dag/destructive.ts";
import type { JsonObject } from "../runtime/dag/json.ts";
import type { DagModel } from "../runtime/dag/model.ts";
import { KnownError } from "../runtime/errors.ts";
import type { Io } from "./command.ts";

/**
 * What was given, with what was typed. @param option by which it is given; `takesId`: the id itself, else JSON
 * @throws KnownError unless it is the DAG's id.
 */
export async function confirmDestructive(
  { id, destructive }: DagModel,
  given: JsonObject,
  { io, option, takesId = false }: { readonly io: Io; readonly option: string; readonly takesId?: boolean },
): Promise<JsonObject> {
  if (destructive !== true) return given;
  const confirmed = given[confirmParam] ?? (process.stdin.isTTY ? await ask(id, io) : null);
  if (confirmed === id) return { ...given, [confirmParam]: confirmed };
  const value = takesId ? id : `'${JSON.stringify({ [confirmParam]: id })}'`;
  throw new KnownError({
    what: "the DAG overwrites what cannot be had again, and its run was not confirmed: nothing was started",
    where: `DAG ${id}`,
    found: confirmed === null ? `no param ${confirmParam}` : `${confirmParam} ${JSON.stringify(confirmed)}`,
    remedy: `Type its id when asked, or give ${option} ${value}`,
    isRetryable: false,
  });
}

async function ask(id: string, io: Io): Promise<string | null> {
  io.stderr(`${id} overwrites what cannot be had again. To run it, type its id:\n`);
  const lines = createInterface({ input: process.stdin, signal: io.signal });
  try {
    for await (const line of lines) return line.trim();
  } finally {
    lines.close();
  }
  io.signal.throwIfAborted();
  return null;
}
