// A machine that sleeps: the scheduler stands still while its schedules go on, and knows what to do when it wakes.

import { expect, it } from "vitest";
import { createLedgerProject } from "../../support/ledger-project.ts";
import { waitUntil } from "../../support/processes.ts";
import {
  endsEverything,
  livenessMs,
  runOf,
  type SchedulerLine,
  startScheduler,
} from "../../support/scheduler-process.ts";

const everyMs = 1_000;
const sleptMs = 5 * everyMs;

it("after a sleep, catchup makes every run that was missed, oldest first; without it there is the latest one alone", async () => {
  const start = Math.floor(Date.now() / 1000) * 1000;
  const { root, environment, runsOf } = await createLedgerProject("sleeping", (text) =>
    text.replace("2000-01-01T00:00:00", new Date(start).toISOString().slice(0, 19)),
  );
  endsEverything(root);
  const scheduler = startScheduler(root, { environment });
  await scheduler.until(runOf("latest_only", "success"));
  await scheduler.until(runOf("every_one", "success"));
  scheduler.signal("SIGSTOP");
  const stopped = Date.now();
  await waitUntil(() => Date.now() >= stopped + sleptMs, livenessMs);
  const known = scheduler.lines.length;
  const woken = Date.now();
  scheduler.signal("SIGCONT");
  const ofLatest = (line: SchedulerLine) => runOf("latest_only", "queued")(line);
  await waitUntil(() => scheduler.lines.slice(known).filter(ofLatest).length >= 2, livenessMs);
  scheduler.signal("SIGTERM");
  await scheduler.ended;

  const every = runsOf("every_one").map(({ facts }) => Date.parse(facts.logicalDate!));
  expect(every).toEqual(every.map((_, index) => start + index * everyMs));
  expect(every.at(-1)).toBeGreaterThanOrEqual(woken - everyMs);

  const latest = runsOf("latest_only").map(({ facts }) => Date.parse(facts.runAfter));
  const missed = latest.filter((at) => at > stopped + everyMs && at <= woken - everyMs);
  expect(missed).toEqual([]);
  expect(latest.filter((at) => at > woken - everyMs).length).toBeGreaterThanOrEqual(1);
  for (const [index, at] of latest.entries())
    if (index > 0) expect(at - latest[index - 1]!).toBeGreaterThanOrEqual(everyMs);
});
