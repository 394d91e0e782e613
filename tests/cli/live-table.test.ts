// The table of a dag run, on a real terminal of 40 columns and line by line.

import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { runTable, type TaskLine } from "../../cli/live/run-table.ts";
import { copyFixture } from "../support/built-project.ts";
import { mainModule } from "../support/command-line.ts";
import { hasScript, runInTerminal } from "../support/terminal.ts";

const line = (taskId: string, more: Partial<TaskLine> = {}): TaskLine => ({
  taskId,
  state: "success",
  tryNumber: 1,
  seconds: 1.234,
  note: "",
  ...more,
});

describe("a line of the table", () => {
  it("has mark, task, state, time, and what there is to say", () => {
    const lines = [
      line("load", { state: "running", note: "46,273 rows, 3.1 MB" }),
      line("check", { state: "up_for_retry", tryNumber: 2, note: "no luck" }),
      line("audit", { state: "none", tryNumber: 0, seconds: null }),
    ];
    expect(runTable(lines, { columns: 80, hasColors: false })).toBe(
      [
        "▸ load   running            1.2 s  46,273 rows, 3.1 MB",
        "↻ check  up_for_retry       1.2 s  try 2  no luck",
        "· audit  waiting",
        "",
      ].join("\n"),
    );
  });

  it.each([20, 40, 60, 80, 200])("is never wider than %i columns", (columns) => {
    const ids = [
      "short",
      "a_task_with_a_name_that_is_longer_than_a_narrow_terminal",
      "気象データを読み込む",
      "x".repeat(250),
    ];
    const lines = ids.map((id) => line(id, { state: "failed", note: "a sentence that says at some length why 失敗" }));
    for (const hasColors of [false, true]) {
      for (const text of runTable(lines, { columns, hasColors }).trimEnd().split("\n"))
        expect(stringWidth(text), text).toBeLessThanOrEqual(columns);
    }
  });

  it("shows state and time on a narrow terminal, however long the name", () => {
    const [text] = runTable([line("a_task_with_a_name_that_is_long")], { columns: 40, hasColors: false }).split("\n");
    expect(text).toBe("✓ a_task_wit…  success            1.2 s");
  });
});

describe.skipIf(!hasScript)("on a terminal (needs util-linux's script)", () => {
  it("the table is drawn over itself and is cut, not wrapped", () => {
    const root = copyFixture("dags-test");
    const command = `exec "${process.execPath}" "${mainModule}" dags test wide`;
    const output = runInTerminal(root, command);
    const rows = output.split(/\r?\n/).map(withoutControls);
    const drawn = rows.filter((row) => /^[✓▸·✗] /.test(row));
    expect(drawn.filter((row) => row.startsWith("▸ wait_a_")).length).toBeGreaterThan(1);
    expect(drawn.at(-1)).toMatch(/^✗ fail +failed +\d\.\d s…$/);
    for (const row of drawn) expect(stringWidth(row), row).toBeLessThanOrEqual(40);
    expect(output).toContain("\u001b[32m✓");
    // The cursor is shown again.
    expect(output.lastIndexOf("\u001b[?25h")).toBeGreaterThan(output.lastIndexOf("\u001b[?25l"));
  });

  it("no colours with NO_COLOR", () => {
    const root = copyFixture("dags-test");
    const output = runInTerminal(root, `NO_COLOR=1 "${process.execPath}" "${mainModule}" dags test report`);
    expect(output).toContain("✓ print");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins a style sequence
    expect(output).not.toMatch(/\u001b\[3\dm/);
  });
});

function withoutControls(row: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins a control sequence
  return row.replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]/g, "");
}
