// What fails in the tick of each second is told by the scheduler's log, once, and the disk is called full only when it may be.

import { expect, it } from "vitest";
import { findFullDisk, isDamaged } from "../../../cli/scheduler/store-errors.ts";
import { guardTick } from "../../../cli/scheduler/turn-until-stopped.ts";

const failing = (code: string) => Object.assign(new Error(`it failed: ${code}`), { code });

it("trouble is told once, and again when it is another", () => {
  const told: string[] = [];
  let rings = 0;
  const errors = ["SQLITE_BUSY", "SQLITE_BUSY", "SQLITE_FULL", "SQLITE_IOERR_READ"].map(failing);
  const busy = errors[0]!;
  const tick = guardTick(
    () => {
      throw errors.shift()!;
    },
    { log: { say: (text) => void told.push(text) }, ring: () => void rings++ },
  );
  errors[1] = busy;
  for (let count = 0; count < 4; count++) tick();
  expect(told.map((text) => text.split("\n")[0])).toEqual([
    expect.stringMatching(/tried again: Error: it failed: SQLITE_BUSY$/),
    expect.stringMatching(/tried again: Error: it failed: SQLITE_IOERR_READ$/),
  ]);
  expect(rings).toBe(4);
});

it.each([
  ["SQLITE_FULL", "the disk is full"],
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk is full"],
  ["SQLITE_IOERR_WRITE", "the disk is full, or cannot be written (SQLITE_IOERR_WRITE)"],
  ["SQLITE_IOERR_FSYNC", "the disk is full, or cannot be written (SQLITE_IOERR_FSYNC)"],
  ["SQLITE_IOERR_READ", undefined],
  ["SQLITE_IOERR_LOCK", undefined],
  ["SQLITE_BUSY", undefined],
])("%s means: %s", (code, meaning) => {
  expect(findFullDisk(failing(code))).toBe(meaning);
  expect(isDamaged(failing(code))).toBe(false);
});
