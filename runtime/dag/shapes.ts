// What an option's value may be. A shape says everything that is wrong with a value and where in it, so that what came past the
// compiler's eyes (an `as never`, a file that nobody type-checks) is named like any other mistake. Ranges are for the lint rules.

import { findNearest, suggest } from "../did-you-mean.ts";
import { isTaskGroupRef, isTaskRef, type TaskRef } from "./definition.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { isParam } from "./param-spec.ts";
import type { ScheduleSpec } from "./schedule.ts";
import { isVariableRef, type TextOrVariable, type VariableRef } from "./variable-ref.ts";

export interface Fault {
  /** The way from the value to the part that is meant. */
  readonly steps: readonly (string | number)[];
  /** What follows the name: `is "films", not a list of strings`. */
  readonly problem: string;
  readonly remedy: string;
  /** The last step's name is meant, not its value. */
  readonly isOfName?: true;
  /** The one name that it must have been meant to be. */
  readonly meant?: string;
}

/** `T` is what a sound value is: tables of options are held against the author's types by it. */
export interface Shape<T> {
  readonly findFaults: (value: unknown) => readonly Fault[];
  readonly type?: T;
}

export const text: Shape<string> = {
  findFaults: (value) =>
    typeof value === "string" ? findUncarried(value) : wrong(value, "a string", 'write "…", in quotes'),
};

export const textOrVariable: Shape<TextOrVariable> = {
  findFaults: (value) =>
    typeof value === "string"
      ? findUncarried(value)
      : isVariableRef(value)
        ? []
        : wrong(value, "a string or a variable", 'write "…", in quotes, or variable("KEY")'),
};

/** Its value is nobody's business: written here, or as a default, it would stand in the repository and in the Python. Never shown. */
export const secretVariable: Shape<VariableRef> = {
  findFaults: (value) => {
    const remedy = 'write variable("KEY"), and keep the value in an Airflow variable';
    if (!isVariableRef(value)) return [{ steps: [], problem: "is not a variable", remedy }];
    return value.default === null ? [] : [{ steps: [], problem: "has a default, which everybody can read", remedy }];
  },
};

export const flag: Shape<boolean> = leaf(
  (value) => typeof value === "boolean",
  "true or false",
  "write true or false, without quotes",
);

export const number: Shape<number> = leaf(Number.isFinite, "a number", "write a finite number, without quotes");

export const texts: Shape<readonly string[]> = {
  findFaults: (value) =>
    typeof value === "string"
      ? wrong(value, "a list of strings", `write [${show(value)}]`)
      : listOf(text, "a list of strings", 'write ["…"]').findFaults(value),
};

export const task: Shape<TaskRef<never>> = leaf(isTaskRef, "a task", "give what placing a task returned");

export const tasks: Shape<readonly TaskRef<unknown>[]> = listOf(task, "a list of tasks", "write [task]");

export const tasksByName: Shape<Readonly<Record<string, TaskRef<unknown>>>> = recordOf(
  task,
  "an object of tasks",
  "write { name: task }",
);

export const textsByName: Shape<Readonly<Record<string, string>>> = recordOf(
  text,
  "an object of strings",
  'write { name: "…" }',
);

export const numbersByName: Shape<Readonly<Record<string, number>>> = recordOf(
  number,
  "an object of numbers",
  "write { name: 1 }",
);

export const json: Shape<JsonValue> = { findFaults: (value) => findJsonFaults(value) };

export const jsonObject: Shape<JsonObject> = {
  findFaults: (value) =>
    isPlainObject(value) ? findJsonFaults(value) : wrong(value, "a plain object", "write { name: value }"),
};

const scheduleParts: Readonly<Record<string, Shape<unknown>>> = { every: number, cron: text, dataInterval: flag };

export const schedule: Shape<ScheduleSpec> = {
  findFaults(value) {
    if (value === null) return [];
    if (typeof value === "string") return text.findFaults(value);
    if (!isPlainObject(value)) {
      const remedy =
        'write "30 6 * * *", "@daily", { cron: "@daily", dataInterval: true }, { every: 900 } for a quarter of an hour, or null';
      return wrong(value, "a cron expression, a preset or a duration", remedy);
    }
    const names = Object.keys(scheduleParts);
    const unknown = Object.keys(value).filter((name) => !names.includes(name));
    if (unknown.length > 0) return unknown.map((name) => unknownName(name, names));
    if (value.every !== undefined && value.cron !== undefined) {
      return [{ steps: ["cron"], problem: "stands beside every", remedy: "give one of the two" }];
    }
    const isGiven = (name: string) => value[name] !== undefined || (name === "every" && value.cron === undefined);
    return Object.entries(scheduleParts).flatMap(([name, shape]) =>
      isGiven(name) ? below(name, shape.findFaults(value[name])) : [],
    );
  },
};

export function unknownName(name: string, accepted: readonly string[]): Fault {
  const nearest = findNearest(name, accepted);
  const isClear = nearest !== undefined && findNearest(name, without(accepted, nearest)) === undefined;
  const meant = isClear ? { meant: nearest } : {};
  return { steps: [name], problem: "is an unknown option", remedy: suggest(name, accepted), isOfName: true, ...meant };
}

function without(names: readonly string[], name: string): string[] {
  return names.filter((other) => other !== name);
}

/** Everything in a value that JSON does not hold, or would change: it would not survive the way to Airflow. */
export function findJsonFaults(value: unknown, within: readonly unknown[] = []): readonly Fault[] {
  if (value === null || typeof value === "boolean") return [];
  if (typeof value === "string") return findUncarried(value);
  if (typeof value === "number") return number.findFaults(value).map((fault) => ({ ...fault, remedy: jsonRemedy }));
  if (isTaskRef(value)) return wrong(value, "plain JSON", "give each task as an input of its own: { name: task }");
  if (isTaskGroupRef(value)) return wrong(value, "plain JSON", "give the task in it whose output is meant");
  if (isParam(value)) return wrong(value, "plain JSON", "give what param returns as one of params itself");
  if (isVariableRef(value))
    return wrong(value, "plain JSON", "declare its key in variables, and ask getClient() for it");
  if (!Array.isArray(value) && !isPlainObject(value)) return wrong(value, "plain JSON", jsonRemedy);
  if (within.includes(value)) return [{ steps: [], problem: "holds itself", remedy: jsonRemedy }];
  return Object.entries(value).flatMap(([key, part]) => {
    return [
      ...findInKey(key),
      ...below(Array.isArray(value) ? Number(key) : key, findJsonFaults(part, [...within, value])),
    ];
  });
}

function findInKey(key: string): Fault[] {
  return findUncarried(key).map((fault) => ({ ...fault, problem: `has a key that ${fault.problem}` }));
}

const jsonRemedy = "use a string, finite number, boolean, null, list or object";

export function below(step: string | number, faults: readonly Fault[]): Fault[] {
  return faults.map((fault) => ({ ...fault, steps: [step, ...fault.steps] }));
}

export function wrong(value: unknown, expected: string, remedy: string): Fault[] {
  return [{ steps: [], problem: `is ${show(value)}, not ${expected}`, remedy }];
}

/** Not of a class: what a Date or a Map holds is not in its properties. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

const longestShown = 60;

/** A value as a message shows it: short, and never by its own `toString`. */
export function show(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return cut(JSON.stringify(value));
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `a list of ${value.length}`;
  if (isTaskRef(value)) return "a task";
  if (isTaskGroupRef(value)) return "a task group";
  if (isParam(value)) return "a param";
  if (isVariableRef(value)) return "a variable";
  if (typeof value !== "object" || value === null) return String(value);
  if (isPlainObject(value)) return "an object";
  return `a ${Object.getPrototypeOf(value)?.constructor?.name ?? "object"}`;
}

function cut(shown: string): string {
  return shown.length <= longestShown ? shown : `${shown.slice(0, longestShown - 2)}…"`;
}

function leaf<T>(isSound: (value: unknown) => boolean, expected: string, remedy: string): Shape<T> {
  return { findFaults: (value) => (isSound(value) ? [] : wrong(value, expected, remedy)) };
}

/** A text that is one of these words. */
export function oneOf<Word extends string>(words: readonly Word[]): Shape<Word> {
  const findFaults = (value: unknown): readonly Fault[] => {
    if (typeof value !== "string") return text.findFaults(value);
    if ((words as readonly string[]).includes(value)) return [];
    return [{ steps: [], problem: `${show(value)} does not exist`, remedy: suggest(value, words) }];
  };
  return { findFaults };
}

export function listOf<T>(element: Shape<T>, expected: string, remedy: string): Shape<readonly T[]> {
  return {
    findFaults: (value) =>
      Array.isArray(value)
        ? value.flatMap((part, index) => below(index, element.findFaults(part)))
        : wrong(value, expected, remedy),
  };
}

function recordOf<T>(part: Shape<T>, expected: string, remedy: string): Shape<Readonly<Record<string, T>>> {
  return {
    findFaults: (value) =>
      isPlainObject(value)
        ? Object.entries(value).flatMap(([name, each]) => [...findInKey(name), ...below(name, part.findFaults(each))])
        : wrong(value, expected, remedy),
  };
}

/** Half of a character: JavaScript holds it, no file and no database does. A NUL: no command line and no text of PostgreSQL does. */
function findUncarried(value: string): Fault[] {
  if (!value.isWellFormed()) {
    const remedy = "write the whole character, or cut the text at a character's end";
    return [{ steps: [], problem: `holds a lone surrogate: ${show(value)}`, remedy }];
  }
  if (!value.includes("\0")) return [];
  return [{ steps: [], problem: `holds a NUL character: ${show(value)}`, remedy: "take the character \\0 out" }];
}
