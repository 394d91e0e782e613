// Tables of options, which the compiler holds against an author's type, and the reader that takes from what was given what is sound and
// says what is not.

import { findNearest } from "../did-you-mean.ts";
import { below, type Fault, isPlainObject, type Shape, unknownName, wrong } from "./shapes.ts";

type KeyOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, Name> = T extends unknown ? (Name extends keyof T ? Exclude<T[Name], undefined> : never) : never;
type IsOptional<T, Name> = T extends unknown
  ? Name extends keyof T
    ? Record<never, never> extends Pick<T, Name>
      ? true
      : false
    : true
  : never;

/** A shape for every option of `T`, of the option's own type; those that must be given say so. Of a union, the options of all. */
export type KnownOptions<T> = {
  readonly [Name in KeyOf<T>]-?: true extends IsOptional<T, Name>
    ? Shape<ValueOf<T, Name>> & { readonly isRequired?: never }
    : Shape<ValueOf<T, Name>> & { readonly isRequired: true };
};

export interface ReadOptions<T> {
  /** What is set and sound. */
  readonly sound: Partial<T>;
  readonly faults: readonly Fault[];
}

export function required<T>(shape: Shape<T>): Shape<T> & { readonly isRequired: true } {
  return { ...shape, isRequired: true };
}

export function readOptions<T extends object>(given: unknown, known: KnownOptions<T>): ReadOptions<T> {
  if (!isPlainObject(given))
    return { sound: {}, faults: wrong(given, "an object of options", "write { name: value }") };
  const table = known as Readonly<Record<string, Shape<unknown> & { isRequired?: true }>>;
  const names = Object.keys(table);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(table, name));
  const faults: Fault[] = unknown.map((name) => unknownName(name, names));
  const sound: Record<string, unknown> = {};
  for (const [name, shape] of Object.entries(table)) {
    const found = faultsOf(name, given[name], shape);
    faults.push(...found);
    if (given[name] === undefined) {
      // Misspelt rather than forgotten: said once.
      const isMisspelt = unknown.some((other) => findNearest(other, names) === name);
      if (shape.isRequired && !isMisspelt) faults.push(missing(name));
    } else if (found.length === 0) sound[name] = given[name];
  }
  return { sound: sound as Partial<T>, faults };
}

function faultsOf(name: string, value: unknown, shape: Shape<unknown>): Fault[] {
  return value === undefined ? [] : below(name, shape.findFaults(value));
}

function missing(name: string): Fault {
  return { steps: [name], problem: "is missing", remedy: `add ${name} to the options` };
}
