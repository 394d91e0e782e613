// Disks as they may be found after a loss of power: what was synced is there; of what was written since then anything may be, or not.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Random } from "./random.ts";
import type { RecordedCall } from "./recorded-writes.ts";

type Change = Exclude<RecordedCall, { kind: "say" | "sync" }>;

interface DiskFile {
  /** Undefined: there is none. */
  readonly synced: Buffer | undefined;
  readonly since: readonly Change[];
}

export interface LossOfPower {
  /** What had been said until then. */
  readonly said: string;
  readonly after: number;
  /** Makes what is on the disk, for as long as it is looked at. */
  look<T>(see: (folder: string) => T): T;
}

/** After every call: everything lost that was not synced, nothing lost, and something by chance. */
export function* lossesOfPower(calls: readonly RecordedCall[], random: Random): Generator<LossOfPower> {
  const disk = new Map<string, DiskFile>();
  let said = "";
  for (const [after, call] of calls.entries()) {
    if (call.kind === "say") said += call.text;
    else change(disk, call);
    const isSafe = [...disk.values()].every(({ since }) => since.length === 0);
    const survivals = isSafe ? [() => true] : [() => false, () => true, () => random.chance(0.5)];
    for (const survives of survivals) {
      const files = [...disk].map(([file, { synced, since }]): [string, Buffer | undefined] => [
        basename(file),
        since.filter(survives).reduce(apply, synced),
      ]);
      yield { said, after, look: (see) => lookAt(files, see) };
    }
  }
}

function change(disk: Map<string, DiskFile>, call: Change | { kind: "sync"; file: string }): void {
  const { synced, since } = disk.get(call.file) ?? { synced: undefined, since: [] };
  if (call.kind !== "sync") disk.set(call.file, { synced, since: [...since, call] });
  else if (disk.has(call.file)) disk.set(call.file, { synced: since.reduce(apply, synced), since: [] });
  else syncNames(disk);
}

/** What was removed is gone now; what was written before that is of no interest any more. */
function syncNames(disk: Map<string, DiskFile>): void {
  for (const [file, { since }] of disk) {
    const removed = since.findLastIndex(({ kind }) => kind === "remove");
    if (removed !== -1) disk.set(file, { synced: undefined, since: since.slice(removed + 1) });
  }
}

function apply(content: Buffer | undefined, call: Change): Buffer | undefined {
  const before = content ?? Buffer.alloc(0);
  switch (call.kind) {
    case "create":
      return before;
    case "remove":
      return undefined;
    case "truncate":
      return Buffer.concat([before.subarray(0, call.length), Buffer.alloc(Math.max(0, call.length - before.length))]);
    case "write": {
      const after = Buffer.alloc(Math.max(before.length, call.position + call.bytes.length));
      before.copy(after);
      call.bytes.copy(after, call.position);
      return after;
    }
    default:
      return call satisfies never;
  }
}

function lookAt<T>(files: readonly [string, Buffer | undefined][], see: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "dagwright-power-"));
  try {
    for (const [name, content] of files) if (content !== undefined) writeFileSync(join(folder, name), content);
    return see(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
