import { expect, test } from "vitest";
import { openStaticView, type ValuePath } from "../../../generator/load/static-view.ts";

const source = `
const args = { retries: 1, "owner": "data" } as const;
const loop = pool, pool = loop;
new Dag("a", { tags: ["x", \`y\`], defaultArgs: args, ...unknown(), deep: ({ a: [{ b: 1 }] }) });
dag.task("b", async () => {
  await getClient().getConnection("one");
  await getClient().getConnection(name);
}, { retries: 3 })({ rows });
new Dag("c", loop);
`;
const dagCall = { file: "a.ts", line: 4, column: 1 };
const taskCall = { file: "a.ts", line: 5, column: 5 };

test.each<[string, ValuePath, string]>([
  ["the id", [0], "4:9"],
  ["a property", [1, "tags"], "4:22"],
  ["a property's name", [1, { property: "tags" }], "4:16"],
  ["an element by index", [1, "tags", 1], "4:28"],
  ["an element by value", [1, "tags", { element: "y" }], "4:28"],
  ["a const of the file", [1, "defaultArgs", "retries"], "2:25"],
  ["a quoted name", [1, "defaultArgs", "owner"], "2:37"],
  ["parentheses and lists", [1, "deep", "a", 0, "b"], "4:85"],
  ["a missing option: the call", [1, "schedule"], "4:1"],
  ["a missing part: what it would be in", [1, "defaultArgs", "retryDelay"], "4:47"],
  ["a missing argument: the call", [2, "retries"], "4:1"],
])("finds %s", (_, path, expected) => {
  const { line, column } = view().placeOf(dagCall, path);
  expect(`${line}:${column}`).toBe(expected);
});

test("finds the task's call although its output is called at once", () => {
  expect(view().findValue(taskCall, [2, "retries"])).toMatchObject({ line: 8, text: "3", isLiteral: false });
});

test("finds the strings that a handler passes to a method", () => {
  expect(view().findStringsPassed(taskCall, 1, ["getConnection"])).toEqual([
    { file: "a.ts", line: 6, column: 35, text: "one", isLiteral: true },
  ]);
});

test.each([
  ["no such file", { file: "gone.ts", line: 1, column: 1 }],
  ["no such line", { file: "a.ts", line: 99, column: 1 }],
  ["no call there", { file: "a.ts", line: 2, column: 1 }],
])("%s: the place itself", (_, place) => {
  expect(view().placeOf(place, [1, "tags"])).toEqual(place);
});

test("consts that stand for each other are not followed for ever", () => {
  const place = { file: "a.ts", line: 9, column: 1 };
  expect(view().placeOf(place, [1, "tags"])).toEqual(place);
});

function view() {
  return openStaticView((file) => (file === "a.ts" ? source : undefined));
}
