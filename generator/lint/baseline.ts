// Findings that an old project lives with: written down once, taken out from then on, so that new ones show. Kept by rule, file and text, with
// a count: lines may move, but one more of the same is new.

import type { Diagnostic } from "../diagnostic.ts";
import type { Rule } from "../rules/rule.ts";

/** File → rule → text → how many. */
export type Baseline = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;

export interface Compared {
  /** What the baseline does not have. */
  readonly left: readonly Diagnostic[];
  /** How many of its findings are no more. */
  readonly stale: number;
}

/** Only conventions: what breaks validity cannot be built, whatever a baseline says. */
export function toBaseline(diagnostics: readonly Diagnostic[], rules: readonly Rule[]): Baseline {
  const kept = new Set(rules.filter(({ group }) => group === "convention").map(({ code }) => code));
  const baseline: Record<string, Record<string, Record<string, number>>> = {};
  for (const { file, code, text } of diagnostics.filter((diagnostic) => kept.has(diagnostic.code))) {
    baseline[file] ??= {};
    baseline[file][code] ??= {};
    baseline[file][code][text] = (baseline[file][code][text] ?? 0) + 1;
  }
  return baseline;
}

export function compareWithBaseline(diagnostics: readonly Diagnostic[], baseline: Baseline): Compared {
  const rest = new Map<string, number>();
  for (const [file, codes] of Object.entries(baseline))
    for (const [code, texts] of Object.entries(codes))
      for (const [text, count] of Object.entries(texts)) rest.set(keyOf({ file, code, text }), count);
  const left = diagnostics.filter((diagnostic) => {
    const count = rest.get(keyOf(diagnostic)) ?? 0;
    if (count > 0) rest.set(keyOf(diagnostic), count - 1);
    return count === 0;
  });
  return { left, stale: [...rest.values()].reduce((sum, count) => sum + count, 0) };
}

function keyOf({ file, code, text }: Pick<Diagnostic, "file" | "code" | "text">): string {
  return JSON.stringify([file, code, text]);
}
