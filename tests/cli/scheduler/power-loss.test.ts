// A loss of power at any instant: the store is sound, and whatever the scheduler had said until then is in it.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { storeFile } from "../../../cli/state-folder.ts";
import { loadSqlite } from "../../../runtime/store/sqlite.ts";
import { createLedgerProject } from "../../support/ledger-project.ts";
import { type LossOfPower, lossesOfPower } from "../../support/power-loss.ts";
import { randomFrom } from "../../support/random.ts";
import { canRecord, type RecordedCall, readRecord, recordInto } from "../../support/recorded-writes.ts";
import { endsEverything, runOf, type SchedulerLine, startScheduler } from "../../support/scheduler-process.ts";

it.skipIf(!canRecord)("no loss of power takes back what was said, or damages the store (needs strace)", async () => {
  const { calls, final } = await record({});
  const losses = [...lossesOfPower(calls, randomFrom(1))];
  expect(lostIn(losses)).toEqual([]);
  // What was recorded is all that happened: it leads to the file that is there.
  expect(losses.at(-1)!.look((folder) => readFileSync(join(folder, "dagwright.db")).equals(final))).toBe(true);
  expect(calls.filter(({ kind }) => kind === "say").length).toBeGreaterThan(10);
  expect(losses.length).toBeGreaterThan(200);
});

it.skipIf(!canRecord)("with a store that does not sync each commit this is found out (needs strace)", async () => {
  const patch = pathToFileURL(fileURLToPath(new URL("synchronous-normal.mjs", import.meta.url))).href;
  const { calls } = await record({ NODE_OPTIONS: `--import ${patch}` });
  const lost = lostIn([...lossesOfPower(calls, randomFrom(1))]);
  expect(lost.length).toBeGreaterThan(0);
  expect(lost.filter((text) => text.includes("damaged"))).toEqual([]);
});

function lostIn(losses: readonly LossOfPower[]): string[] {
  return losses.flatMap(({ said, after, look }) =>
    look((folder) => findLost(folder, said).map((text) => `after call ${after}: ${text}`)),
  );
}

/** A scheduler that nobody else's writes disturb, until some runs have ended. */
async function record(
  environment: Readonly<Record<string, string>>,
): Promise<{ calls: RecordedCall[]; final: Buffer }> {
  const start = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().slice(0, 19);
  const project = await createLedgerProject("sleeping", (text) => text.replace("2000-01-01T00:00:00", start));
  endsEverything(project.root);
  const record = project.file("calls");
  const scheduler = startScheduler(project.root, {
    environment: { ...project.environment, ...environment },
    under: recordInto(record),
  });
  await scheduler.until((line) => runOf("every_one", "success")(line) && countOf(scheduler.lines) >= 4);
  scheduler.signal("SIGTERM");
  expect((await scheduler.ended).exitCode).toBe(143);
  const file = storeFile(project.root);
  const isStore = (name: string) => /^dagwright\.db(-wal|-journal)?$/.test(name);
  return { calls: readRecord(record, dirname(file), isStore), final: readFileSync(file) };
}

function countOf(lines: readonly { readonly event: string; readonly state?: string }[]): number {
  return lines.filter(({ event, state }) => event === "dag_run" && state === "success").length;
}

/** What had been said, and is not in this store. */
function findLost(folder: string, said: string): string[] {
  const file = join(folder, "dagwright.db");
  if (!existsSync(file)) return promisesIn(said).length > 0 ? ["everything"] : [];
  const store = new (loadSqlite())(file);
  try {
    store.pragma("synchronous = OFF");
    const fault = store.pragma("integrity_check", { simple: true });
    if (fault !== "ok") return [`damaged: ${fault}`];
    return promisesIn(said)
      .filter(({ find, values, progress }) => {
        const found = store
          .prepare(find)
          .raw()
          .get(...values) as [number, string] | undefined;
        return found === undefined || progressOf(...found) < progress;
      })
      .map(({ values, text }) => `${values.join(" ")} ${text}`);
  } catch (error) {
    if (!/no such table/.test(String(error))) return [`damaged: ${error}`];
    return promisesIn(said).length > 0 ? ["its tables"] : [];
  } finally {
    store.close();
  }
}

interface SaidState {
  /** Selects a try number and a state. */
  readonly find: string;
  readonly values: readonly string[];
  readonly progress: number;
  readonly text: string;
}

function promisesIn(said: string): SaidState[] {
  return said
    .split("\n")
    .filter(Boolean)
    .flatMap((line) => {
      const { event, dagId, runId, taskId, state, tryNumber } = JSON.parse(line) as SchedulerLine;
      const ofRun = "dag_run WHERE dag_id = ? AND run_id = ?";
      if (event !== "dag_run" && event !== "task_instance") return [];
      const progress = progressOf(tryNumber ?? 0, state!);
      if (event === "dag_run")
        return [{ find: `SELECT 0, state FROM ${ofRun}`, values: [dagId!, runId!], progress, text: state! }];
      const find = `SELECT try_number, state FROM task_instance WHERE run = (SELECT id FROM ${ofRun}) AND task_id = ?`;
      return [{ find, values: [dagId!, runId!, taskId!], progress, text: `${state} try ${tryNumber}` }];
    });
}

/** Rises with every change; after a try that was broken off a task waits for its next one. */
function progressOf(tryNumber: number, state: string): number {
  const within = state === "none" || state === "queued" ? 0 : state === "running" ? 1 : 2;
  return tryNumber * 3 + within;
}
