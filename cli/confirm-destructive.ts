// Asks for the id of a destructive DAG before a run of it: at a terminal; elsewhere it has to be in the conf.

import { createInterface } from "node:readline";
import { confirmParam } from "../runtime/dag/destructive.ts";
import type { JsonObject } from "../runtime/dag/json.ts";
import type { DagModel } from "../runtime/dag/model.ts";
import { KnownError } from "../runtime/errors.ts";
import type { Io } from "./command.ts";

/**
 * The conf, with what was typed. @param option by which the conf is given
 * @throws KnownError unless it is the DAG's id.
 */
export async function confirmDestructive(
  { id, destructive }: DagModel,
  conf: JsonObject,
  { io, option }: { readonly io: Io; readonly option: string },
): Promise<JsonObject> {
  if (destructive !== true) return conf;
  const given = conf[confirmParam] ?? (process.stdin.isTTY ? await ask(id, io) : null);
  if (given === id) return { ...conf, [confirmParam]: given };
  throw new KnownError({
    what: "the DAG overwrites what cannot be had again, and its run was not confirmed: nothing was started",
    where: `DAG ${id}`,
    found: given === null ? `no param ${confirmParam}` : `${confirmParam} ${JSON.stringify(given)}`,
    remedy: `Type its id when asked, or give ${option} '${JSON.stringify({ [confirmParam]: id })}'`,
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
