import { expect, test } from "vitest";
import { nameBehind, namesFor, planRecovery, type Recovery } from "../../../../runtime/operators/restore/names.ts";

test.each<[boolean, boolean, boolean, Recovery]>([
  [false, false, false, "none"],
  [true, false, false, "none"],
  [false, true, false, "drop_fresh"],
  [true, true, false, "drop_fresh"],
  [true, false, true, "drop_old"],
  [false, false, true, "put_back"],
  [false, true, true, "put_back"],
  [true, true, true, "unclear"],
])("target %s, fresh %s, old %s: %s", (target, fresh, old, expected) => {
  expect(planRecovery({ target, fresh, old })).toBe(expected);
});

test("names fit into PostgreSQL's 63 bytes, whole characters only, and differ by DAG, task, mapping and target", () => {
  const owner = { dagId: "d", taskId: "t", mapIndex: -1 };
  const all = [
    namesFor("pagila", owner),
    namesFor("pagila", { ...owner, dagId: "e" }),
    namesFor("pagila", { ...owner, taskId: "u" }),
    namesFor("pagila", { ...owner, mapIndex: 0 }),
    namesFor("ü".repeat(31), owner),
    namesFor(`${"ü".repeat(30)}x`, owner),
  ].flatMap(({ fresh, old }) => [fresh, old]);
  expect(new Set(all).size).toBe(all.length);
  for (const name of all) {
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
    expect(name).not.toContain("\ufffd");
  }
  expect(nameBehind("ü".repeat(31), "_x")).toBe(`${"ü".repeat(30)}_x`);
  expect(namesFor("pagila", owner)).toEqual(namesFor("pagila", { ...owner }));
});
