import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { Dag } from "dagwright";

const shared = { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } };
const now = Date.now(); // expect top-level-work
const id = randomUUID(); // expect top-level-work
const fixed = new Date("2024-01-01");
const stage = process.env["STAGE"] ?? "dev"; // expect top-level-work
const dag = new Dag("work", {
  ...shared,
  description: `${now} ${id} ${fixed.getTime()} ${stage}`,
  params: { hasFile: existsSync("x"), moment: new Date().toISOString() }, // expect top-level-work top-level-work
});
dag.task("in_a_handler", () => ({ now: Date.now(), stage: process.env["STAGE"], chance: Math.random() }))();
function later() {
  return Math.random();
}
class Clock {
  now = () => Date.now();
}
dag.task("later", () => [later(), new Clock().now()])();
