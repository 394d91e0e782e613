// maxActiveTisPerDag and maxActiveTisPerDagrun under a scheduler: over all runs of a DAG, and after a restart.

import { expect, it } from "vitest";
import { madeDag } from "../../support/made-dag.ts";
import { startSchedulerByHand } from "../../support/scheduler-by-hand.ts";

const start = Date.UTC(2026, 0, 1, 3, 30);

it.each([1, 2])(
  "of a task with maxActiveTisPerDag %i no more run at the same time, in the order of their runs",
  async (limit) => {
    const tasks = [{ id: "few", maxActiveTisPerDag: limit }, { id: "many" }];
    const spec = {
      schedule: { kind: "cron", expression: "0 * * * *", timezone: "UTC" },
      startDate: "2026-01-01",
      endDate: "2026-01-01T03:00:00",
      catchup: true,
      isPausedUponCreation: false,
    } as const;
    const scheduler = await startSchedulerByHand(start);
    scheduler.build("1", madeDag(tasks, spec));
    scheduler.step();
    const running = (task: string) => scheduler.running().filter((name) => name.endsWith(` ${task}`));
    const runOf = (hour: number) => `scheduled__2026-01-01T0${hour}:00:00+00:00 few`;
    expect(running("many")).toHaveLength(4);
    const begun: string[] = [];
    let ended = 0;
    const see = () => {
      for (const name of running("few")) if (!begun.includes(name)) begun.push(name);
      expect(running("few")).toHaveLength(Math.min(limit, 4 - ended));
    };
    see();
    while (running("few").length > 0) {
      scheduler.end(running("few")[0]!, ended === 1 ? "failed" : "success");
      ended++;
      scheduler.step();
      if (ended === 2) await scheduler.restart();
      scheduler.step();
      see();
    }
    expect(begun).toEqual([0, 1, 2, 3].map(runOf));
    for (const name of running("many")) scheduler.end(name);
    scheduler.step();
    expect(scheduler.runs().map((run) => run.split(" ")[1])).toEqual(["success", "success", "failed", "success"]);
  },
);

it("maxActiveTisPerDagrun holds back no other run: each has one instance of a task", async () => {
  const model = madeDag([{ id: "a", maxActiveTisPerDagrun: 1 }], {
    schedule: { kind: "cron", expression: "0 * * * *", timezone: "UTC" },
    startDate: "2026-01-01",
    catchup: true,
    isPausedUponCreation: false,
  });
  const scheduler = await startSchedulerByHand(start);
  scheduler.build("1", model);
  scheduler.step();
  expect(scheduler.running()).toHaveLength(4);
});
