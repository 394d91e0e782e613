// A disk of some megabytes that a test fills: a file system in memory, mounted in a namespace that a process holds, and reached from everywhere
// through that process's root.

import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, symlinkSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { killNow } from "./scheduler-process.ts";

const mount = 'mount -t tmpfs -o "size=$2" none "$1"';

/** Containers and some systems refuse users the namespaces that this needs. */
export const hasSmallDisks = spawnSync("unshare", ["-rm", "sh", "-c", mount, "sh", "/mnt", "1m"]).status === 0;

export interface SmallDisk {
  /** Until nothing more can be written. */
  fill(): void;
  free(): void;
}

/** @param link becomes a link to it; what was there is gone. @param owner who uses it, when that is another user. */
export async function mountSmallDisk(
  link: string,
  size: string,
  owner: { readonly uid: number; readonly gid: number } | undefined = undefined,
): Promise<SmallDisk> {
  const point = join(dirname(link), "disk");
  mkdirSync(point);
  const holder = spawn(
    "unshare",
    ["-rm", "sh", "-c", `${mount} && echo mounted && exec sleep infinity`, "sh", point, size],
    { ...owner, stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => void killNow(holder.pid!));
  await new Promise((resolve, reject) => {
    holder.stdout!.once("data", resolve);
    holder.once("exit", (code) => reject(new Error(`no small disk can be mounted: exit code ${code}`)));
  });
  const disk = `/proc/${holder.pid}/root${point}`;
  rmSync(link, { recursive: true, force: true });
  symlinkSync(disk, link);
  const filler = join(disk, "filler");
  return {
    fill: () => fillUp(filler),
    free: () => rmSync(filler),
  };
}

function fillUp(path: string): void {
  const file = openSync(path, "a");
  try {
    for (let bytes = 1024 * 1024; bytes >= 1; bytes = Math.floor(bytes / 4)) writeUntilFull(file, Buffer.alloc(bytes));
  } finally {
    closeSync(file);
  }
}

function writeUntilFull(file: number, piece: Buffer): void {
  try {
    for (;;) if (writeSync(file, piece) < piece.length) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
