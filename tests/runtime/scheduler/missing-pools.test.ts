// A task whose pool does not exist waits: not in silence, and not longer than until there is one.

import { expect, it } from "vitest";
import { deletePool, writePool } from "../../../runtime/store/pools.ts";
import { madeDag } from "../../support/made-dag.ts";
import { startSchedulerByHand } from "../../support/scheduler-by-hand.ts";

it("tells each pool that does not exist once, and again when it was there meanwhile", async () => {
  const tasks = ["a", "b"].map((id) => ({ id, pool: "narrow" }));
  const once = { schedule: { kind: "once" }, isPausedUponCreation: false } as const;
  const model = madeDag([...tasks, { id: "c", pool: "wide" }, { id: "d" }], once);
  const scheduler = await startSchedulerByHand(Date.UTC(2026, 0, 1));
  const { store, events } = scheduler;
  const troubles = () => events.flatMap((event) => (event.kind === "trouble" ? [event.text] : []));
  const tasksRunning = () => scheduler.running().map((name) => name.split(" ")[1]);
  scheduler.build("1", model);
  scheduler.step();
  scheduler.step();
  expect(tasksRunning()).toEqual(["d"]);
  expect(troubles()).toEqual([
    'there is no pool "narrow": task a of made waits, and so does every task in it; `npx dagwright pools set "narrow" SLOTS DESCRIPTION` makes it',
    'there is no pool "wide": task c of made waits, and so does every task in it; `npx dagwright pools set "wide" SLOTS DESCRIPTION` makes it',
  ]);
  writePool(store, { pool: "narrow", slots: 1, description: "" });
  scheduler.step();
  expect(tasksRunning()).toEqual(["d", "a"]);
  deletePool(store, "narrow");
  scheduler.step();
  expect(troubles().slice(2)).toEqual([expect.stringContaining('there is no pool "narrow": task b of made waits')]);
});
