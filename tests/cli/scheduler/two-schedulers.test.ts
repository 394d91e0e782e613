// One scheduler for one store, whoever is started by mistake, and whatever state the first one is in.

import { expect, it } from "vitest";
import { runCommandLine } from "../../support/command-line.ts";
import { createLedgerProject } from "../../support/ledger-project.ts";
import { endsEverything, type RunningScheduler, runs, startScheduler } from "../../support/scheduler-process.ts";

const typed = ["scheduler", "--build", "build"];

it("a second scheduler is refused and told who runs, also while that one is stopped; the next one begins at once", async () => {
  const { root, environment } = await createLedgerProject("standalone");
  endsEverything(root);
  let first: RunningScheduler | undefined;
  for (let round = 0; round < 20; round++) {
    const next = startScheduler(root, { environment });
    await next.until(runs);
    if (round % 2 === 1) next.signal("SIGSTOP");
    const { exitCode, stderr } = await runCommandLine(typed, { cwd: root });
    expect(stderr).toMatch(
      new RegExp(`^error: a scheduler runs on this store already \\(.*dagwright\\.db\\): process ${next.pid} on `),
    );
    expect(exitCode).toBe(2);
    next.signal("SIGKILL");
    first = next;
  }
  await first!.ended;
});

it("who comes while the first one is still at its start is told that one, not the one before", async () => {
  const { root, environment } = await createLedgerProject("standalone");
  endsEverything(root);
  const before = startScheduler(root, { environment });
  await before.until(runs);
  before.signal("SIGKILL");
  await before.ended;
  const both = [startScheduler(root, { environment }), startScheduler(root, { environment })] as const;
  const [winner, loser] = await Promise.any([
    both[0].until(runs).then(() => both),
    both[1].until(runs).then(() => [both[1], both[0]] as const),
  ]);
  const { exitCode, stderr } = await loser.ended;
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: a scheduler runs on this store already/);
  expect(stderr).not.toContain(`process ${before.pid} `);
  winner.signal("SIGTERM");
  expect((await winner.ended).exitCode).toBe(143);
});
