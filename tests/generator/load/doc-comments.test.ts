import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commentAbove } from "../../../generator/load/doc-comments.ts";
import { loadProject } from "../../../generator/load/load-project.ts";
import { createFolder } from "../../support/built-project.ts";

/** The call is where ‸ stands. */
const cases: [string, string, string | undefined][] = [
  ["a declaration", "/** Loads. */\nexport const dag = ‸new Dag();", "Loads."],
  ["a declaration with a type", "/** Loads. */\nconst dag: Dag =\n  ‸new Dag();", "Loads."],
  ["a default export", "/** Loads. */\nexport default ‸new Dag();", "Loads."],
  ["a statement", "/** Loads. */\n‸new Dag();", "Loads."],
  ["a return", "() => {\n  /** Loads. */\n  return ‸new Dag();\n}", "Loads."],
  ["a method", "/** Loads. */\nconst load = dag.‸task();", "Loads."],
  ["a method of a group in an object", "/** Loads. */\nit.group.‸task();", "Loads."],
  ["an argument", "chain(\n  a,\n  /** Loads. */\n  dag.‸run(),\n);", "Loads."],
  ["a line comment between", "/** Loads. */\n// dagwright-disable-next-line naming -- old\n‸new Dag();", "Loads."],
  ["Windows' line ends", "/**\r\n * Loads.\r\n *\r\n * - all\r\n */\r\n‸new Dag();", "Loads.\n\n- all"],
  ["indentation", "/**\n * - a\n *   - b\n */\n‸new Dag();", "- a\n  - b"],
  ["tags", "/**\n * Loads.\n * @see here\n */\n‸new Dag();", "Loads."],
  ["comment signs within", "/** Reads dags/*.ts and // all. */\n‸new Dag();", "Reads dags/*.ts and // all."],
  ["a glob before it", 'const glob = "dags/**";\n/** Loads. */\n‸new Dag();', "Loads."],
  ["a comment's beginning in a text", 'const at = "src/ /** x"; /** Loads. */\n‸new Dag();', "Loads."],
  ["a comment's beginning within", "/**\n * Loads, as /** does.\n */\n‸new Dag();", "Loads, as /** does."],
  ["an earlier comment", "/** Other. */\nconst a = 1;\n/** Loads. */\n‸new Dag();", "Loads."],
  ["nothing but tags", "/** @internal */\n‸new Dag();", undefined],
  ["an empty comment", "/***/\n‸new Dag();", undefined],
  ["a plain block comment", "/* Loads. */\n‸new Dag();", undefined],
  ["the function around it", "/** Makes one. */\nconst make = (id) => ‸new Dag(id);", undefined],
  ["a statement between", "/** Loads. */\nconst a = 1;\n‸new Dag();", undefined],
  ["a call around it", "/** Loads. */\nfoo(‸new Dag());", undefined],
  ["no comment", "‸new Dag();", undefined],
];

test.each(cases)("%s", (_, marked, text) => {
  const [before, after] = marked.split("‸") as [string, string];
  const lines = before.split("\n");
  expect(commentAbove(before + after, { line: lines.length, column: lines.at(-1)!.length + 1 })).toBe(text);
});

test("a comment of one paragraph is the description, more of it the documentation; what is given stays", async () => {
  const { dags } = await load(`import { Dag } from "dagwright";
/** Loads
 *  all films. */
export const short = new Dag("short");
/**
 * Loads all films.
 *
 * From where they are.
 */
export const long = new Dag("long");
/** Comes from a comment. */
export const given = new Dag("given", { description: "Given" });
/** Not this one. */
export const both = new Dag("both", { description: "Given", docMd: "Given, too" });
export const none = new Dag("none");
/** One task. */
const one = none.task("one", () => 1);
one();
chain: {
  /** Not this one. */
  none.bash("two", "true", { docMd: "This one" });
}
none.empty("three");
`);
  const long = "Loads all films.\n\nFrom where they are.";
  expect(dags.map(({ model: { id, description, docMd } }) => [id, description, docMd])).toEqual([
    ["short", "Loads all films.", undefined],
    ["long", "Loads all films.", long],
    ["given", "Given", "Comes from a comment."],
    ["both", "Given", "Given, too"],
    ["none", null, undefined],
  ]);
  expect(dags.at(-1)!.model.tasks.map(({ docMd }) => docMd)).toEqual(["One task.", "This one", undefined]);
});

test("DAGs of a loop have the comment of its statement, those of a function that of the function's", async () => {
  const { dags } = await load(`import { Dag } from "dagwright";
for (const country of ["at", "de"]) {
  /** Loads one country. */
  new Dag(\`load_\${country}\`);
}
/** Makes a DAG. */
function make(id: string): Dag {
  /** Copies one table. */
  const dag = new Dag(id);
  return dag;
}
/** Of the call: not read. */
make("copy_film");
export default ["a", "b"].map((id) => new Dag(id));
`);
  expect(dags.map(({ model: { id, description } }) => [id, description])).toEqual([
    ["load_at", "Loads one country."],
    ["load_de", "Loads one country."],
    ["copy_film", "Copies one table."],
    ["a", null],
    ["b", null],
  ]);
});

function load(text: string) {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  writeFileSync(join(root, "dags", "a.ts"), text);
  return loadProject(root);
}
