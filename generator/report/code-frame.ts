// The lines around a place, the place marked. The one importer of @babel/code-frame.

import { codeFrameColumns } from "@babel/code-frame";

/** Undefined when the source has no such line. */
export function codeFrame(
  source: string,
  { line, column }: { readonly line: number; readonly column: number },
  columns: number,
): string | undefined {
  if (line > source.split("\n").length) return undefined;
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
