// The model's promises: plain frozen JSON, whatever was defined, and nothing in it that JSON would change.

import { beforeAll, expect, describe as group, test } from "vitest";
import { loadProject } from "../generator/load/load-project.ts";
import { definitionHash } from "../runtime/dag/definition-hash.ts";
import { canonicalJson, type JsonValue } from "../runtime/dag/json.ts";
import type { DagModel } from "../runtime/dag/model.ts";
import { Dag, describe } from "../runtime/index.ts";
import { goldenDags } from "./generator/emit/golden-dags.ts";
import { copyFixture } from "./support/built-project.ts";

let models: DagModel[];
beforeAll(async () => {
  const { dags } = await loadProject(copyFixture("both-worlds"));
  models = [...goldenDags.map(describe), ...dags.map(({ model }) => model)];
});

group("every model", () => {
  test("is the same after a way through JSON", () => {
    expect(models.length).toBeGreaterThan(10);
    for (const model of models) expect(JSON.parse(JSON.stringify(model)), model.id).toStrictEqual(model);
  });

  test("is frozen to the ground", () => {
    const melted: string[] = [];
    const look = (value: unknown, path: string) => {
      if (typeof value !== "object" || value === null) return;
      if (!Object.isFrozen(value)) melted.push(path);
      for (const [key, part] of Object.entries(value)) look(part, `${path}.${key}`);
    };
    for (const dag of goldenDags) look(describe(dag), dag.id);
    expect(melted).toEqual([]);
  });

  test("is the same each time it is described, and so is its hash", () => {
    for (const dag of goldenDags) {
      expect(describe(dag)).toStrictEqual(describe(dag));
      expect(definitionHash(describe(dag), "chunk")).toBe(definitionHash(describe(dag), "chunk"));
    }
  });

  test("sorts tags without touching the author's list", () => {
    const tags = ["b", "a"];
    expect(describe(new Dag("kept", { tags })).tags).toEqual(["a", "b"]);
    expect(tags).toEqual(["b", "a"]);
  });
});

group("a definition hash", () => {
  const one = describe(new Dag("one", { params: { a: 1, b: 2 } }));
  test.each([
    ["the model", describe(new Dag("one", { params: { a: 1, b: 3 } })), "chunk"],
    ["the bundle", one, "another chunk"],
  ])("changes with %s", (_, model, chunk) => {
    expect(definitionHash(model, chunk)).not.toBe(definitionHash(one, "chunk"));
  });

  test("does not change when the surface grows: what is not used is not in the model", () => {
    const dag = new Dag("small");
    dag.empty("only");
    const args = { owner: null, retries: null, retryDelay: null, executionTimeout: null };
    const only = {
      ...args,
      id: "only",
      kind: "empty",
      triggerRule: "all_success",
      upstream: [],
      role: null,
      setups: [],
    };
    expect(describe(dag)).toStrictEqual({
      id: "small",
      description: null,
      schedule: null,
      startDate: null,
      timezone: "UTC",
      catchup: false,
      tags: [],
      maxActiveRuns: null,
      maxActiveTasks: null,
      params: {},
      defaultArgs: args,
      tasks: [only],
    });
    expect(describe(new Dag("cron", { schedule: { cron: "@daily", dataInterval: false } })).schedule).toStrictEqual({
      kind: "cron",
      expression: "0 0 * * *",
      timezone: "UTC",
    });
  });

  test("does not change with the order of keys", () => {
    expect(canonicalJson({ a: 1, b: { c: 2, d: 3 } })).toBe(canonicalJson({ b: { d: 3, c: 2 }, a: 1 }));
  });
});

group("what is no JSON is refused, with the place where it stands", () => {
  const refused: [string, () => Dag, string][] = [
    ["a function", () => dagWith({ a: () => 1 }), 'DAG "d": params.a is a function, not plain JSON'],
    ["a date", () => dagWith({ list: [new Date()] }), 'DAG "d": params.list[0] is a Date, not plain JSON'],
    ["a map", () => dagWith({ a: new Map() }), 'DAG "d": params.a is a Map'],
    ["NaN", () => dagWith({ a: Number.NaN }), 'DAG "d": params.a is NaN'],
    [
      "infinity",
      () => new Dag("d", { defaultArgs: { retryDelay: 1 / 0 } }),
      'DAG "d": defaultArgs.retryDelay is Infinity',
    ],
    ["undefined", () => dagWith({ a: undefined }), 'DAG "d": params.a is undefined'],
    ["a big integer", () => dagWith({ a: 1n }), 'DAG "d": params.a is 1n'],
    [
      "half a character",
      () => new Dag("d", { description: "a\ud800" }),
      'DAG "d": description holds a lone surrogate: "a\\ud800"',
    ],
    ["half a key", () => dagWith({ "\udc00": 1 }), 'DAG "d": params has a key that holds a lone surrogate'],
    [
      "half a character of a task",
      () => commandOf("echo \ud83d"),
      'DAG "d", task "say": the command holds a lone surrogate',
    ],
  ];

  test.each(refused)("%s", (_, make, text) => {
    expect(() => describe(make())).toThrow(text);
  });
});

function dagWith(params: object): Dag {
  return new Dag("d", { params: params as Record<string, JsonValue> });
}

function commandOf(command: string): Dag {
  const dag = new Dag("d");
  dag.bash("say", command);
  return dag;
}
