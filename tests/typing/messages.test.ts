// What a person reads in the editor after the most likely mistakes: a change of the types must not make it worse unseen.

import { expect, test } from "vitest";
import { typeCheck } from "../support/type-check.ts";

const mistakes: readonly (readonly [what: string, code: string, message: string])[] = [
  [
    "an upstream task's output of another type",
    'dag.task("add", ({ a }: { a: number }) => a + 1)({ a: shell });',
    "Type 'TaskRef<string>' is not assignable to type 'number | TaskRef<number>'.",
  ],
  [
    "an input that is missing",
    'dag.task("add", ({ a, b }: { a: number; b: number }) => a + b)({ a: number });',
    "Property 'b' is missing in type '{ a: TaskRef<number>; }' but required in type 'InputsOf<{ a: number; b: number; }>'.",
  ],
  [
    "an input's name mistyped",
    'dag.task("add", ({ count }: { count: number }) => count)({ cuont: number });',
    "Object literal may only specify known properties, but 'cuont' does not exist in type 'InputsOf<{ count: number; }>'. Did you mean to write 'count'?",
  ],
  [
    "a task that is not placed: its call is missing",
    'chain(dag.task("add", () => 1), shell);',
    "Argument of type '() => TaskRef<number>' is not assignable to parameter of type 'readonly TaskOrGroup[] | TaskOrGroup'.",
  ],
  [
    "inputs for a handler that takes none",
    'dag.task("takes_none", () => 1)({ a: number });',
    "Expected 0 arguments, but got 1.",
  ],
  [
    "an option mistyped",
    'new Dag("d", { schedul: "@daily" });',
    "Object literal may only specify known properties, but 'schedul' does not exist in type 'DagSpec<ParamsSpec>'. Did you mean to write 'schedule'?",
  ],
  [
    "a schedule of a destructive DAG",
    'new Dag("d", { destructive: true, maxActiveRuns: 1, schedule: "@daily" });',
    "Type 'string' is not assignable to type 'null | undefined'.",
  ],
  [
    "a destructive DAG without its limit of runs",
    'new Dag("d", { destructive: true });',
    "Argument of type '{ destructive: true; }' is not assignable to parameter of type 'DagSpec<ParamsSpec> | undefined'.",
  ],
  [
    "Python's spelling",
    'new Dag("d", { start_date: "2024-01-01" });',
    "Object literal may only specify known properties, but 'start_date' does not exist in type 'DagSpec<ParamsSpec>'. Did you mean to write 'startDate'?",
  ],
  [
    "a Date as start date",
    'new Dag("d", { startDate: new Date() });',
    "Type 'Date' is not assignable to type 'string'.",
  ],
  [
    "a task's option on the DAG",
    'new Dag("d", { retries: 2 });',
    "Object literal may only specify known properties, and 'retries' does not exist in type 'DagSpec<ParamsSpec>'.",
  ],
  [
    "a duration that is no number of seconds",
    'new Dag("d", { defaultArgs: { retryDelay: "5m" } });',
    "Type 'string' is not assignable to type 'number'.",
  ],
  [
    "a trigger rule mistyped",
    'dag.empty("end", { triggerRule: "all_sucess" });',
    "Type '\"all_sucess\"' is not assignable to type 'TriggerRule'. Did you mean '\"all_success\"'?",
  ],
  [
    "a task's name in place of the task",
    'chain(number, "shell");',
    "Argument of type 'string' is not assignable to parameter of type 'readonly TaskOrGroup[] | TaskOrGroup'.",
  ],
];

/** tsc lists them all. */
const triggerRules = /'"all_done".*? undefined'/;

const head = `import { chain, Dag } from "dagwright";
const dag = new Dag("types");
const number = dag.task("number", () => 1)();
const shell = dag.bash("shell", "echo");
`;

test("each mistake is told in words that lead to it", () => {
  const said = typeCheck(head + mistakes.map(([, code]) => `${code}\n`).join(""), {
    exactOptionalPropertyTypes: false,
  });
  const firstLine = head.split("\n").length;
  const found = mistakes.map(([what, code], index) => {
    const lines = said.split("\n").filter((line) => line.startsWith(`surface.ts(${firstLine + index},`));
    return [
      what,
      code,
      lines.map((line) => line.replace(/^.*?: error TS\d+: /, "").replace(triggerRules, "'TriggerRule'")).join("\n"),
    ];
  });
  expect(found).toEqual(mistakes);
});
