// An operator's options, checked where it is made: the call is its own place. What cannot be used is reported, and a stand-in keeps
// the place of the operator, so that the rest of the file is read.

import { defineOperator, type Operator } from "./definition.ts";
import { reportMistake, toMistakes } from "./mistake.ts";
import { type KnownOptions, readOptions } from "./options.ts";
import { callSiteOf } from "./registry.ts";
import type { Fault } from "./shapes.ts";

/** The operator function itself: below its frame stands its caller. Its own `name` is the bundler's, not the author's. */
interface OperatorFunction {
  readonly name: string;
  // biome-ignore lint/complexity/noBannedTypes: any operator function, only to cut the stack trace above it
  readonly callee: Function;
}

/** What `make` makes of these options, or a stand-in when there are mistakes in them. */
export function fromOptions<Options extends object, Output>(
  operator: OperatorFunction & { readonly known: KnownOptions<Options> },
  given: Options,
  make: (options: Options) => Operator<Output>,
): Operator<Output> {
  const { faults } = readOptions<Options>(given, operator.known);
  return isUsable(operator, faults) ? make(given) : standIn(operator.name);
}

/** Reports a mistake that only the operator knows of; its problem is a whole sentence. */
export function reportIn({ name, callee }: OperatorFunction, { steps, problem, remedy }: Fault): void {
  reportMistake({ call: callSiteOf(callee), path: [0, ...steps], text: `${name}: ${problem}`, remedy });
}

/** Reports what is wrong with the operator's only argument; whether nothing is. */
export function isUsable({ name, callee }: OperatorFunction, faults: readonly Fault[]): boolean {
  const argument = { call: callSiteOf(callee), index: 0, where: name, name: "what it is given" };
  for (const mistake of toMistakes(argument, faults)) reportMistake(mistake);
  return faults.length === 0;
}

/** Keeps the place of an operator that cannot be made. */
export function standIn<Output>(name: string): Operator<Output> {
  const execute = () => Promise.reject(new Error(`${name} was defined with options that cannot be used`));
  // Rules about what it would be say nothing of it.
  return defineOperator<Output>({ name, options: {}, inputs: {}, connections: [], idempotent: true, execute });
}
