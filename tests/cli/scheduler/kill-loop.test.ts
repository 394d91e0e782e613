// The scheduler is killed at any instant, over and over, and some of its tasks and their wrappers with it. In the end nothing is missing, nothing
// ran twice, and what the store says is what the tasks wrote down themselves.

import { join } from "node:path";
import { expect, it } from "vitest";
import { storeFile } from "../../../cli/state-folder.ts";
import { effectiveArgs } from "../../../runtime/dag/model.ts";
import { readManifest } from "../../../runtime/manifest.ts";
import { openStore, type Store } from "../../../runtime/store/open-store.ts";
import { findContradictions } from "../../support/kill-loop-books.ts";
import { killedCalls } from "../../support/kill-moments.ts";
import { type KillCounts, killOften } from "../../support/kill-often.ts";
import { createLedgerProject, readRuns } from "../../support/ledger-project.ts";
import { waitUntil } from "../../support/processes.ts";
import { randomFrom } from "../../support/random.ts";
import { canRecord } from "../../support/recorded-writes.ts";
import { endsEverything, processesOfProject, runs, startScheduler } from "../../support/scheduler-process.ts";

/** `DAGWRIGHT_KILLS=1000` at night. */
const kills = Number(process.env["DAGWRIGHT_KILLS"] ?? 100);
const peaceLimitMs = 120_000;

it(
  `a scheduler that is killed ${kills} times loses no run, starts no try twice, and ends no task`,
  async () => {
    const start = Math.floor(Date.now() / 1000) * 1000;
    const project = await createLedgerProject("kill-loop", (text) =>
      text.replace("2000-01-01T00:00:00", new Date(start).toISOString().slice(0, 19)),
    );
    const { root, environment } = project;
    endsEverything(root);
    const { dags } = readManifest(join(root, "build", "dags", "dagwright"));

    const random = randomFrom(start);
    const mortalDags = dags.map(({ model }) => model.id).filter((id) => id !== "long");
    const counts = await killOften({ root, environment, kills, random, mortalDags });

    const end = Date.now();
    const last = startScheduler(root, { environment });
    await last.until(runs);
    const store = openStore(storeFile(root));
    const expected = (dagId: string) => {
      const { schedule } = dags.find(({ model }) => model.id === dagId)!.model;
      const everyMs = (schedule as { seconds: number }).seconds * 1000;
      const count = Math.floor((end - start) / everyMs) + 1;
      return Array.from({ length: count }, (_, index) => new Date(start + index * everyMs).toISOString());
    };
    const open = () => dags.flatMap(({ model: { id } }) => readSlots(store, id, end).filter(isOpen));
    await waitUntil(
      () => open().length === 0 && dags.every(({ model: { id } }) => readSlots(store, id, end).length > 0),
      peaceLimitMs,
    );
    const slots = Object.fromEntries(dags.map(({ model: { id } }) => [id, readSlots(store, id, end)]));
    const integrity = store.pragma("integrity_check", { simple: true });
    store.close();
    last.signal("SIGTERM");
    expect((await last.ended).exitCode).toBe(143);
    expect(processesOfProject(root)).toEqual([]);

    show(counts);
    expect(integrity).toBe("ok");
    for (const { model } of dags) {
      expect(slots[model.id]!.map(({ facts }) => new Date(facts.logicalDate!).toISOString())).toEqual(
        expected(model.id),
      );
    }
    expect(
      findContradictions({
        runs: Object.values(slots).flat(),
        ledger: project.ledger().filter(({ dagId, runId }) => slots[dagId]!.some(({ facts }) => facts.id === runId)),
        victims: counts.victims,
        retries: new Map(dags.map(({ model }) => [model.id, effectiveArgs(model, model.tasks[0]!).retries])),
        emptyTasks: new Set(["between"]),
      }),
    ).toEqual([]);
    const { met, victims } = counts;
    const exact = canRecord ? killedCalls : [];
    for (const what of ["recovery", "running tasks", "tries before their process", ...exact] as const) {
      expect(met[what], `no kill met ${what}: this proves nothing`).toBeGreaterThan(0);
    }
    expect(new Set(victims.map(({ who }) => who))).toEqual(new Set(["task", "wrapper"]));
  },
  kills * 5_000 + peaceLimitMs,
);

function readSlots(store: Store, dagId: string, end: number) {
  return readRuns(store, dagId).filter(({ facts }) => Date.parse(facts.logicalDate!) <= end);
}

function isOpen({ state }: { state: string }): boolean {
  return state === "queued" || state === "running";
}

function show({ met, adopted, recoveries, victims }: KillCounts): void {
  const at = (part: number) => Math.round(recoveries[Math.floor((recoveries.length - 1) * part)]!);
  const killed = (who: string) => victims.filter((victim) => victim.who === who).length;
  process.stdout.write(
    `kills met ${JSON.stringify(met)}; ${adopted} tries adopted; killed ${killed("task")} tasks, ${killed("wrapper")} wrappers; ` +
      `kill to next event p50 ${at(0.5)} ms, p99 ${at(0.99)} ms\n`,
  );
}
