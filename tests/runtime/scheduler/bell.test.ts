// What wakes the scheduler's loop, and when.

import { describe, expect, it } from "vitest";
import { createBell } from "../../../runtime/scheduler/bell.ts";

const noLimit = Number.POSITIVE_INFINITY;

describe("the bell", () => {
  it("keeps a ring while nobody waits, and only one", async () => {
    const bell = createBell();
    bell.ring();
    bell.ring();
    await bell.wait(noLimit);
    let woke = false;
    const second = bell.wait(noLimit).then(() => {
      woke = true;
    });
    await new Promise(setImmediate);
    expect(woke).toBe(false);
    bell.ring();
    await second;
  });

  it("wakes when the time is up", async () => {
    await createBell().wait(1);
  });

  it("wakes once for what rings at the same moment, and when all of it has rung", async () => {
    const bell = createBell();
    const seen: string[] = [];
    const waiting = bell.wait(noLimit).then(() => seen.push("woke"));
    // Promises that follow from one go before the next, as with the ends of processes.
    for (const name of ["first", "second"]) {
      setImmediate(() => {
        seen.push(name);
        bell.ring();
      });
    }
    await waiting;
    expect(seen).toEqual(["first", "second", "woke"]);
  });
});
