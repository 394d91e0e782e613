// A store that is damaged is refused with words, and is never made anew by itself: it holds what was promised.

import { closeSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { storeFile } from "../../../cli/state-folder.ts";
import { openStore } from "../../../runtime/store/open-store.ts";
import { createLedgerProject } from "../../support/ledger-project.ts";
import { endsEverything, processesOfProject, runOf, startScheduler } from "../../support/scheduler-process.ts";

const pageBytes = 4_096;

it.each<[string, (file: string) => void]>([
  [
    "a page of its runs holds something else",
    (file) => overwrite(file, placeOfRuns(file), Buffer.alloc(pageBytes, 0xa5)),
  ],
  ["its first page is gone", (file) => overwrite(file, 0, Buffer.alloc(pageBytes))],
  ["half of it is cut off", (file) => truncateSync(file, Math.floor(statSync(file).size / 2 / pageBytes) * pageBytes)],
  ["it is another file", (file) => writeFileSync(file, "no store\n".repeat(1_000))],
])("a scheduler does not start when %s", async (_, damage) => {
  const { root, environment, trigger } = await createLedgerProject("standalone");
  endsEverything(root);
  const scheduler = startScheduler(root, { environment });
  await trigger("short");
  await scheduler.until(runOf("short", "success"));
  scheduler.signal("SIGTERM");
  await scheduler.ended;
  const file = storeFile(root);
  damage(file);
  const damaged = readFileSync(file);

  const { exitCode, stderr } = await startScheduler(root, { environment }).ended;
  expect(stderr).toMatch(/^error: the store (is damaged|cannot be opened) \(.*dagwright\.db\): .+\n {2}fix: .+\n$/);
  expect(exitCode).toBe(2);
  expect(readFileSync(file).equals(damaged)).toBe(true);
  expect(processesOfProject(root)).toEqual([]);
});

it("a scheduler whose store is removed ends its tasks and itself, and says so", async () => {
  const { root, environment, trigger } = await createLedgerProject("standalone");
  endsEverything(root);
  const scheduler = startScheduler(root, { environment });
  await trigger("short");
  await scheduler.until(runOf("short", "success"));
  rmSync(join(root, ".dagwright"), { recursive: true, force: true });
  const { exitCode, stderr } = await scheduler.ended;
  expect(stderr).toMatch(/error: the store is gone \(.*dagwright\.db\): it was removed, or replaced by another/);
  expect(exitCode).toBe(2);
  expect(processesOfProject(root)).toEqual([]);
});

function placeOfRuns(file: string): number {
  const store = openStore(file);
  const root = store.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'dag_run'").pluck().get() as number;
  store.close();
  return (root - 1) * pageBytes;
}

function overwrite(path: string, position: number, bytes: Buffer): void {
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, position);
  closeSync(file);
}
