// What pg_restore says, line by line: progress, warnings, and errors with the object and the statement that they belong to. Values of rows, which
// the server quotes in errors about data, do not go on into logs.

import { createRowMask } from "./mask-rows.ts";
import { isHarmless, type RestoreError, type RestoreMode } from "./restore-error.ts";

export interface RestoreReport {
  /** Those that may do harm; the first ones of them. */
  readonly errors: readonly RestoreError[];
  /** How many there were. */
  readonly serious: number;
  /** How many did no harm. */
  readonly harmless: number;
  readonly warnings: readonly string[];
  /** From its last line, `errors ignored on restore: 3`: it went on to the end. */
  readonly ignored: number | undefined;
}

export type LineKind = "error" | "warning" | "progress";

export interface RestoreListener {
  /** Takes a line in; how it is to be shown. */
  take(line: string): { readonly kind: LineKind; readonly shown: string };
  /** The object that the tool is at: `public.actor`. */
  current(): string | undefined;
  report(): RestoreReport;
}

/** What is kept of them for the end; the log has all. */
const maxKept = 100;
const maxCommand = 500;

/** @param mode says which errors do no harm. */
export function createRestoreListener(mode: RestoreMode): RestoreListener {
  const errors: RestoreError[] = [];
  const warnings: string[] = [];
  const counts = { serious: 0, harmless: 0 };
  const mask = createRowMask();
  let ignored: number | undefined;
  let entry: string | undefined;
  let current: string | undefined;
  let kind: LineKind = "progress";
  /** What may have more lines. */
  let last: { text: string; entry: string | undefined; command: string | undefined } | undefined;

  /** A line without the tool's name continues what was said before: the failed statement, details of the server's. */
  const continues = (line: string) => {
    if (kind !== "error" || !last) return;
    if (line.startsWith("Command was: ")) last.command = clip(line.slice("Command was: ".length));
    else if (last.command === undefined) last.text = clip(`${last.text} ${line}`);
    else last.command = clip(`${last.command} ${line}`);
  };

  /** There may be as many as the archive has objects: they are counted, and the first ones kept. */
  const settle = () => {
    if (!last) return;
    if (isHarmless(last, mode)) counts.harmless += 1;
    else {
      counts.serious += 1;
      if (errors.length < maxKept) errors.push(last);
    }
    last = undefined;
  };

  return {
    take(line) {
      const shown = mask(line, entry);
      const said = /^pg_restore: (?:\[[^\]]*\] )?(error: |warning: |detail: |hint: )?(.*)$/.exec(shown);
      if (!said) {
        continues(shown);
        return { kind, shown };
      }
      const [, mark, text = ""] = said;
      if (mark === "detail: " || mark === "hint: ") {
        continues(text);
        return { kind, shown };
      }
      settle();
      kind = mark === "error: " ? "error" : mark === "warning: " ? "warning" : "progress";
      if (kind === "error") last = { text, entry, command: undefined };
      const count = /^errors ignored on restore: (\d+)$/.exec(text)?.[1];
      if (count !== undefined) ignored = Number(count);
      else if (kind === "warning" && warnings.length < maxKept) warnings.push(text);
      entry = /^from TOC entry (.*)$/.exec(text)?.[1] ?? (kind === "progress" ? undefined : entry);
      current = /^(?:creating|processing data for table|executing|restoring) .*?"(.+)"$/.exec(text)?.[1] ?? current;
      return { kind, shown };
    },
    current: () => current,
    report: () => {
      settle();
      return { errors, ...counts, warnings, ignored };
    },
  };
}

function clip(text: string): string {
  return text.length <= maxCommand ? text : `${text.slice(0, maxCommand)}…`;
}
