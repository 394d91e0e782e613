// Edits of one file's text, from the front to the back. What would touch another one waits for the next round.

import type { Edit } from "../diagnostic.ts";

export interface Edited {
  readonly text: string;
  /** How many were made; the same one twice is one. */
  readonly count: number;
}

export function applyEdits(text: string, edits: readonly Edit[]): Edited {
  const sorted = [...edits].sort((left, right) => left.start - right.start || left.end - right.end);
  const parts: string[] = [];
  let [position, count, lastStart] = [0, 0, -1];
  for (const edit of sorted) {
    if (edit.start < position || edit.start === lastStart) continue;
    parts.push(text.slice(position, edit.start), edit.text);
    [position, lastStart] = [edit.end, edit.start];
    count++;
  }
  return { text: parts.join("") + text.slice(position), count };
}
