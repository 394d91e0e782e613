// When to build again, and when to tell: files are written twice, half, or by the build itself.

import { expect, test } from "vitest";
import type { BuildReport } from "../../../cli/live-build/build-report.ts";
import { isToldNow, nextRow, nextWaitMs, noRow, quietMs, type Row } from "../../../cli/live-build/plan-next.ts";

const build = (files: readonly string[]): BuildReport => ({
  kind: "built",
  build: { buildFolder: "/b", broken: files.map((file) => ({ file, text: "" })), kept: [] },
  dependsOn: [],
});
const whole = build([]);
const broken = build(["dags/a.ts"]);
const failed: BuildReport = { kind: "failed", trouble: { what: "no DAG files" }, dependsOn: [] };

test("a file that is saved half-way is built again before anybody is told that it is broken", () => {
  expect(isToldNow(broken, true, noRow)).toBe(false);
  expect(isToldNow(failed, true, noRow)).toBe(false);
  expect(isToldNow(broken, false, noRow)).toBe(true);
  expect(isToldNow(whole, true, noRow)).toBe(true);
});

test("a broken file that is written all the time is told in the end", () => {
  let row: Row = noRow;
  let builds = 1;
  for (; !isToldNow(broken, true, row); builds++) row = nextRow(true, undefined, row);
  expect(builds).toBe(4);
});

test("builds that start one another without news become rarer, one in a minute at last", () => {
  let row: Row = noRow;
  const waits = Array.from({ length: 8 }, () => {
    row = nextRow(true, false, row);
    return nextWaitMs(whole, true, row);
  });
  expect(waits).toEqual([200, 800, 3_200, 12_800, 51_200, 60_000, 60_000, 60_000]);
  expect(nextWaitMs(whole, true, nextRow(true, true, row))).toBe(quietMs);
});

test("without a change only what failed is tried again", () => {
  expect(nextWaitMs(whole, false, noRow)).toBeUndefined();
  expect(nextWaitMs(broken, false, noRow)).toBeUndefined();
  expect(nextWaitMs(failed, false, noRow)).toBe(600_000);
});
