// What is said after a run that did not go well.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type EndedRun, explainRun } from "../../cli/explain-run.ts";
import type { TaskLine } from "../../cli/live/run-table.ts";
import type { TaskState } from "../../runtime/dag/states.ts";
import { createFolder } from "../support/built-project.ts";
import { madeDag } from "../support/made-dag.ts";

const line = (taskId: string, state: TaskState, note = ""): TaskLine => ({
  taskId,
  state,
  tryNumber: 1,
  seconds: 1,
  note,
});

function explain(change: Partial<EndedRun>): string {
  const folder = createFolder();
  const run: EndedRun = {
    dag: madeDag([{ id: "work" }]),
    lines: [],
    logOf: (taskId) => join(folder, taskId),
    redact: (text) => text.replaceAll("s3cret", "***"),
    isInterrupted: false,
    ...change,
  };
  return explainRun(run);
}

describe("a failed command", () => {
  const failed = [line("work", "failed", "exit code 3")];

  it("is shown with its last lines, secrets taken out", () => {
    const file = join(createFolder(), "log");
    const lines = ["first", ...Array.from({ length: 2_000 }, (_, index) => `line ${index}`), "", "password s3cret"];
    writeFileSync(file, `${lines.join("\n")}\n`);
    expect(explain({ lines: failed, logOf: () => file })).toBe(`
work failed at try 1: exit code 3
  | line 1996
  | line 1997
  | line 1998
  | line 1999
  | password ***
  log: npx dagwright tasks logs made work
`);
  });

  it("is shown without them when it removed its log", () => {
    expect(explain({ lines: failed })).toBe(
      "\nwork failed at try 1: exit code 3\n  log: npx dagwright tasks logs made work\n",
    );
  });
});

describe("a teardown that did not end well", () => {
  // An edge makes it the setup's teardown, as for the planner.
  const dag = madeDag([
    { id: "take", role: "setup" },
    { id: "give_back", role: "teardown", upstream: ["take"] },
  ]);
  const said = "\ngive_back did not end well: what take set up may still be there (a lease, until it expires)\n";

  it.each<[TaskState, TaskState, boolean, boolean]>([
    ["success", "skipped", true, true],
    ["success", "failed", false, true],
    ["success", "success", true, false],
    // The setup's work may have been done a moment before it was ended.
    ["failed", "upstream_failed", true, true],
    ["failed", "upstream_failed", false, false],
    ["skipped", "skipped", true, false],
  ])("setup %s, teardown %s, interrupted %s: told %s", (setup, teardown, isInterrupted, isTold) => {
    const lines = [line("take", setup), line("give_back", teardown)];
    expect(explain({ dag, lines, isInterrupted }).endsWith(said)).toBe(isTold);
  });
});
