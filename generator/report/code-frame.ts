// The lines around a place, the place marked. The one importer of @babel/code-frame, which is loaded for the first frame: most lints draw none.

import { createRequire } from "node:module";
import type * as BabelCodeFrame from "@babel/code-frame";

const load = createRequire(import.meta.url);

/** Undefined when the source has no such line. */
export function codeFrame(
  source: string,
  { line, column }: { readonly line: number; readonly column: number },
  columns: number,
): string | undefined {
  if (line > source.split("\n").length) return undefined;
  const { codeFrameColumns } = load("@babel/code-frame") as typeof BabelCodeFrame;
  const frame = codeFrameColumns(source, { start: { line, column } }, { linesAbove: 2, linesBelow: 0 });
  return cut(frame, columns);
}

/** Cuts long lines, so that a line of the frame stays one line of the screen; not where the mark would be lost. */
function cut(frame: string, columns: number): string {
  const lines = frame.split("\n");
  const mark = lines.at(-1)!;
  if (mark.length > columns) return frame;
  return lines.map((line) => (line.length <= columns ? line : `${line.slice(0, columns - 1)}…`)).join("\n");
}
