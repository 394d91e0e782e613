// One dag run as lines of text, a task a line, cut to the terminal: what the live table shows and what stays when it has ended.

import { styleText } from "node:util";
import type { TaskState } from "../../runtime/dag/states.ts";
import { textWidth } from "../text-width.ts";

export interface TaskLine {
  readonly taskId: string;
  readonly state: TaskState;
  readonly tryNumber: number;
  readonly seconds: number | null;
  /** Progress, or why it failed. */
  readonly note: string;
}

const looks: Readonly<Record<TaskState, { mark: string; color: Parameters<typeof styleText>[0] }>> = {
  none: { mark: "·", color: "gray" },
  scheduled: { mark: "·", color: "gray" },
  running: { mark: "▸", color: "cyan" },
  restarting: { mark: "↻", color: "cyan" },
  success: { mark: "✓", color: "green" },
  failed: { mark: "✗", color: "red" },
  up_for_retry: { mark: "↻", color: "yellow" },
  upstream_failed: { mark: "✗", color: "yellow" },
  skipped: { mark: "–", color: "magenta" },
  removed: { mark: "–", color: "gray" },
};

/** A long id gives way to state and time, but not altogether. */
const minIdWidth = 10;
/** Mark, state and time with the spaces between them. */
const besideIdWidth = 29;

export function runTable(lines: readonly TaskLine[], options: { columns: number; hasColors: boolean }): string {
  const longest = Math.max(0, ...lines.map(({ taskId }) => textWidth(taskId)));
  const width = Math.min(longest, Math.max(minIdWidth, options.columns - besideIdWidth));
  return lines.map((line) => `${cut(row(line, width, options.hasColors), options.columns)}\n`).join("");
}

export function stateText(state: TaskState): string {
  return state === "none" ? "waiting" : state;
}

function row({ taskId, state, tryNumber, seconds, note }: TaskLine, width: number, hasColors: boolean): string {
  const { mark, color } = looks[state];
  const paint = (text: string) => (hasColors ? styleText(color, text, { validateStream: false }) : text);
  const shown = cut(taskId, width);
  const id = shown + " ".repeat(width - textWidth(shown));
  const time = seconds === null ? "" : `${seconds.toFixed(1)} s`;
  const tries = tryNumber > 1 ? `try ${tryNumber}  ` : "";
  return `${paint(mark)} ${id}  ${paint(stateText(state).padEnd(15))} ${time.padStart(8)}  ${tries}${note}`.trimEnd();
}

/** To so many columns, with an ellipsis where something is missing. */
export function cut(line: string, columns: number): string {
  if (textWidth(line) <= columns) return line;
  let kept = "";
  // A style sequence has no width: it is kept whole, so colours end where they should.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins a style sequence
  for (const part of line.match(/\u001b\[[0-9;]*m|./gsu) ?? []) {
    if (part.startsWith("\u001b") || textWidth(kept) + textWidth(part) < columns) kept += part;
  }
  return `${kept}…`;
}
