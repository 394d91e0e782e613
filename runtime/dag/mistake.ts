// A mistake in the arguments of one call of the author's. While the generator loads it is collected with its place, and the file goes
// on: the reader sees all of them at once. Anywhere else there is no one to collect it, and it is thrown.

import type { CallSite, Mistake } from "./definition.ts";
import { DefinitionError } from "./definition-error.ts";
import { collectMistake } from "./registry.ts";
import type { Fault } from "./shapes.ts";

/** Where a value stands: in which argument of which call, and how a message names that call. */
export interface Argument {
  readonly call: CallSite | null;
  readonly index: number;
  /** `DAG "a", task "b"`, or an operator's name. */
  readonly where: string;
  /** How a message names the argument itself. */
  readonly name: string;
}

export function reportMistake(mistake: Mistake): void {
  if (!collectMistake(mistake)) throw toError(mistake);
}

export function toError({ text, remedy }: Mistake): DefinitionError {
  return new DefinitionError(`${text}. ${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`);
}

export function toMistakes({ call, index, where, name }: Argument, faults: readonly Fault[]): Mistake[] {
  return faults.map(({ steps, problem, remedy, isOfName, meant }) => ({
    call,
    path: [index, ...steps],
    text: `${where}: ${steps.length === 0 ? name : nameOf(steps)} ${problem}`,
    remedy,
    ...(isOfName && { isOfName }),
    ...(meant !== undefined && { meant }),
  }));
}

function nameOf(steps: readonly (string | number)[]): string {
  return steps.map((step, at) => (typeof step === "number" ? `[${step}]` : `${at === 0 ? "" : "."}${step}`)).join("");
}
