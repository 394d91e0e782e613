// Some space that is kept for the day on which the disk is full: without it not even the end of a task could be written down.

import { rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const ballastBytes = 4 * 1024 * 1024;
/** With less nothing new begins: what runs needs room for its logs. */
const roomBytes = 4 * ballastBytes;

export interface Ballast {
  /** Called when the store says that the disk is full. */
  drop(): void;
  /** True once there is room again: then the ballast is back. */
  restore(): boolean;
}

export function createBallast(storeFile: string): Ballast {
  const file = `${storeFile}.ballast`;
  const restore = () => {
    try {
      const { bavail, bsize } = statfsSync(dirname(file));
      if (bavail * bsize < roomBytes) return false;
      if (statSync(file, { throwIfNoEntry: false })?.size !== ballastBytes)
        writeFileSync(file, Buffer.alloc(ballastBytes, 1));
      return true;
    } catch {
      return false;
    }
  };
  restore();
  return { drop: () => rmSync(file, { force: true }), restore };
}
