// Some space that is kept for the day on which the disk is full: without it not even the end of a task could be written down.

import { rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const ballastBytes = 4 * 1024 * 1024;
/** With less nothing new begins: what runs needs room for its logs. It goes on with four times as much. */
const tightBytes = ballastBytes;
const roomBytes = 4 * ballastBytes;

export interface Ballast {
  /** Whether there is hardly any room left beside it, or it was dropped and cannot come back yet. */
  isTight(): boolean;
  /** Called when the store says that the disk is full. */
  drop(): void;
  /** True once there is room again: then the ballast is back. */
  restore(): boolean;
}

export function createBallast(storeFile: string): Ballast {
  const file = `${storeFile}.ballast`;
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize;
  };
  const isWhole = () => statSync(file, { throwIfNoEntry: false })?.size === ballastBytes;
  const restore = () => {
    try {
      if (freeBytes() < roomBytes) return false;
      if (!isWhole()) writeFileSync(file, Buffer.alloc(ballastBytes, 1));
      return true;
    } catch {
      return false;
    }
  };
  restore();
  return {
    isTight: () => {
      try {
        return freeBytes() < (isWhole() ? tightBytes : roomBytes);
      } catch {
        return false;
      }
    },
    drop: () => {
      try {
        rmSync(file, { force: true });
      } catch {
        // Then there is none to be had.
      }
    },
    restore,
  };
}
