// What an author's own unit test sees: outside of a load nobody collects mistakes, so they are thrown.

import { expect, test } from "vitest";
import { chain, Dag, describe } from "../../../runtime/index.ts";
import { copyTables, hashFiles, loadSqlDump, sql } from "../../../runtime/operators/index.ts";

test.each<[string, () => unknown, string]>([
  [
    "a misspelt option of an operator",
    () => sql({ connection: "a", txt: "" } as never),
    "sql: txt is an unknown option. Did you mean text?",
  ],
  [
    "a missing one",
    () => loadSqlDump({ connection: "a" } as never),
    "loadSqlDump: file is missing. Add file to the options.",
  ],
  [
    "no options",
    () => copyTables(undefined as never),
    "copyTables: what it is given is undefined, not an object of options",
  ],
  ["a part of another type", () => hashFiles({ a: ["b"] as never }), "hashFiles: a is a list of 1, not a string"],
  [
    "no task in a chain",
    () => chain(new Dag("d").empty("a"), (() => 1) as never),
    "chain: a function is given for a task. Place the task first",
  ],
  [
    "a group before what is in it",
    () => {
      const group = new Dag("d").taskGroup("a");
      group.before(group.empty("b"));
    },
    'DAG "d", group "a": ordered before task "a.b", which is in it. Order what is in the group, or take it out.',
  ],
])("%s is thrown where it is given", (_, make, text) => {
  expect(make).toThrow(text);
});

test.each<[string, (dag: Dag) => unknown, string]>([
  [
    "the options of a DAG",
    () => new Dag("e", { shedule: "@daily" } as never),
    'DAG "e": shedule is an unknown option. Did you mean schedule?',
  ],
  [
    "the options of a task",
    (dag) => dag.bash("a", "true", { retries: "2" as never }),
    'DAG "d", task "a": retries is "2", not a number',
  ],
  ["a handler", (dag) => dag.task("a", 1 as never)(), 'DAG "d", task "a": the second argument is 1, not a function'],
  [
    "an operator",
    (dag) => dag.run("a", {} as never),
    'DAG "d", task "a": the second argument is an object, not an operator',
  ],
  [
    "an input",
    (dag) => dag.task("a", (_: { b: number }) => 1)({ b: Number.NaN }),
    'DAG "d", task "a": b is NaN, not a number',
  ],
  ["an id", (dag) => dag.empty(1 as never), 'DAG "d", task 1: the id is 1, not a string'],
  ["a group without tasks", (dag) => dag.taskGroup("a").taskGroup("b"), 'DAG "d", group "a.b": has no tasks'],
  [
    "a group's defaults",
    (dag) => dag.taskGroup("a", { defaultArgs: { retries: "2" as never } }).empty("b"),
    'DAG "d", group "a": defaultArgs.retries is "2", not a number',
  ],
])("%s: recorded as given, and refused when the DAG is described", (_, define, text) => {
  const dag = new Dag("d");
  const made = define(dag);
  expect(() => describe(made instanceof Dag ? made : dag)).toThrow(text);
});
