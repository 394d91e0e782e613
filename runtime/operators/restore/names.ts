// The names that databases have while one is replaced by another, and what a look at which of them exist says about a try that was cut: its
// leftovers, or a swap that stopped half-way. Names come from the DAG, the task and the target, so that nothing of anybody else's is touched.

import { createHash } from "node:crypto";

export interface RestoreNames {
  readonly target: string;
  /** What the archive is restored into. */
  readonly fresh: string;
  /** What the target's former content is called until it is dropped. */
  readonly old: string;
}

export interface RestoreOwner {
  readonly dagId: string;
  readonly taskId: string;
  readonly mapIndex: number;
}

/** PostgreSQL cuts longer names, and would then find two to be one. */
const maxNameBytes = 63;

export function namesFor(target: string, { dagId, taskId, mapIndex }: RestoreOwner): RestoreNames {
  const hash = createHash("sha256")
    .update(JSON.stringify([dagId, taskId, mapIndex, target]))
    .digest("hex")
    .slice(0, 12);
  return { target, fresh: nameBehind(target, `_restore_${hash}`), old: nameBehind(target, `_before_${hash}`) };
}

/** What a target's former content is called that the author keeps. No later run takes it for a leftover. */
export function keptName(target: string, now: Date): string {
  return nameBehind(target, `_before_${now.toISOString().replace(/\..*/, "").replaceAll(/[-:]/g, "")}`);
}

/** The target's name with an ending, cut between two characters where both are too long. */
export function nameBehind(target: string, ending: string): string {
  let name = target;
  while (Buffer.byteLength(name) > maxNameBytes - Buffer.byteLength(ending)) name = [...name].slice(0, -1).join("");
  return `${name}${ending}`;
}

/** The advisory lock of everybody who restores this database: a signed 64-bit number, as text. */
export function lockKeyOf(target: string): string {
  return createHash("sha256").update(`dagwright restore ${target}`).digest().readBigInt64BE().toString();
}

export type Recovery =
  /** Nothing is left of an earlier try. */
  | "none"
  /** A fresh database that was not finished, or not begun to be swapped in. */
  | "drop_fresh"
  /** The swap was done; only the old one's end is missing. */
  | "drop_old"
  /** The target is gone and the old one still there: it gets its name back. */
  | "put_back"
  /** All three are there: somebody else made a database by the target's name. */
  | "unclear";

export function planRecovery(exists: { readonly [Name in keyof RestoreNames]: boolean }): Recovery {
  if (exists.target && exists.old) return exists.fresh ? "unclear" : "drop_old";
  // The archive is restored anew anyway; until then the data are the old ones, as if that try had not been.
  if (exists.old) return "put_back";
  return exists.fresh ? "drop_fresh" : "none";
}
