// The house rules that a machine can hold the tree to. A finding reads `path:line: what, use what`.

import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import {
  checkLength,
  checkLists,
  checkNames,
  checkNothingOfAMachine,
  checkOpening,
  checkSyntax,
} from "./tidy/house-rules.ts";
import { checkCycles, checkDrivers, checkLayers, checkRunsNoProgram } from "./tidy/layers.ts";
import { readTree, type TreeFile } from "./tidy/tree.ts";

type Check = (files: readonly TreeFile[]) => string[];

const drivers = Object.keys({ ...packageJson.dependencies, ...packageJson.optionalDependencies });
const rules: Readonly<Record<string, Check>> = {
  "imports run one way": checkLayers,
  "no file imports itself through others": checkCycles,
  "scheduler and store never run a DAG's program": checkRunsNoProgram,
  "one package, one file": (files) => checkDrivers(files, drivers),
  "one thing, one file, one list": checkLists,
  "no junk drawers, kebab-case": checkNames,
  "erasable, exact TypeScript": checkSyntax,
  "a file opens with its duty": checkOpening,
  "files stay short": checkLength,
  "nothing of one machine": checkNothingOfAMachine,
};

test.each(Object.keys(rules))("%s", (name) => {
  expect(rules[name]!(tree)).toEqual([]);
});

const tree = readTree().filter(({ path }) => !path.startsWith("tests/corpus/"));

/** Each of these must be found by its rule: path, text, and what else is in the tree. */
const wrong: readonly (readonly [keyof typeof rules, string, Readonly<Record<string, string>>])[] = [
  ["imports run one way", "runtime/a.ts", { "runtime/dag/x.ts": 'import { a } from "../task/main.ts";' }],
  [
    "imports run one way",
    "up",
    { "runtime/dag/x.ts": 'import type { A } from "../../generator/lint/lint-project.ts";' },
  ],
  ["imports run one way", "up", { "generator/lint/lint-project.ts": 'const a = await import("../../cli/main.ts");' }],
  ["imports run one way", "beside", { "runtime/store/x.ts": 'export { a } from "../executor/y.ts";' }],
  [
    "imports run one way",
    "generator",
    { "generator/load/x.ts": 'import { a } from "../../runtime/connections/x.ts";' },
  ],
  ["imports run one way", "dags", { "dags/x.ts": 'import { a } from "../runtime/index.ts";' }],
  ["imports run one way", "no place", { "runtime/dag/x.ts": 'import { a } from "../new-folder/y.ts";' }],
  [
    "no file imports itself through others",
    "two",
    { "cli/a.ts": 'import { b } from "./b.ts";', "cli/b.ts": 'import type { A } from "./a.ts";' },
  ],
  [
    "scheduler and store never run a DAG's program",
    "through another file",
    {
      "runtime/scheduler/a.ts": 'import { b } from "../b.ts";',
      "runtime/b.ts": 'import { c } from "./task/load-task.ts";',
    },
  ],
  ["scheduler and store never run a DAG's program", "computed", { "runtime/store/a.ts": "await import(chunk);" }],
  [
    "one package, one file",
    "twice",
    { "cli/a.ts": 'import pg from "pg";', "cli/b.ts": 'import { Client } from "pg";' },
  ],
  ["one package, one file", "unknown", { "cli/a.ts": 'import leftPad from "left-pad";' }],
  ["one thing, one file, one list", "not listed", { "generator/rules/a.ts": "export const a: Rule = {};" }],
  [
    "one thing, one file, one list",
    "two in a file",
    { "cli/commands/a.ts": "export const a: Command<A> = {};\nexport const b: Command = {};" },
  ],
  [
    "one thing, one file, one list",
    "operator",
    {
      "runtime/operators/a.ts": "export function a<T>(\n  options: A,\n): Operator<T> {",
      "runtime/operators/index.ts": "",
    },
  ],
  ["no junk drawers, kebab-case", "file", { "cli/utils.ts": "" }],
  ["no junk drawers, kebab-case", "folder", { "runtime/common/a.ts": "" }],
  ["no junk drawers, kebab-case", "camel", { "cli/showRun.ts": "" }],
  ["erasable, exact TypeScript", "enum", { "cli/a.ts": "export enum A { B }" }],
  ["erasable, exact TypeScript", "namespace", { "cli/a.ts": "namespace A {}" }],
  ["erasable, exact TypeScript", "any", { "cli/a.ts": "const a: Record<string, any> = {};" }],
  ["erasable, exact TypeScript", "decorator", { "cli/a.ts": "@a class B {}" }],
  ["erasable, exact TypeScript", "property", { "cli/a.ts": "class A { constructor(private b: string) {} }" }],
  ["a file opens with its duty", "none", { "cli/a.ts": 'import "./b.ts";' }],
  ["files stay short", "long", { "cli/a.ts": "\n".repeat(300) }],
  ["nothing of one machine", "path", { "cli/a.ts": `const a = "${["", "home", "me"].join("/")}";` }],
  ["nothing of one machine", "host", { "package-lock.json": `{ "${"resol"}${"ved"}": "" }` }],
];

test.each(wrong)("%s: finds what is wrong (%s)", (name, _, contents) => {
  const files = Object.entries(contents).map(([path, text]) => ({ path, text }));
  const found = rules[name]!(files);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^[\w./-]+:\d+: .+, .+$/);
});

test("every rule is shown to find something", () => {
  expect([...new Set(wrong.map(([name]) => name))].sort()).toEqual(Object.keys(rules).sort());
});
