// The project's own rules: whatever one of them does is one error that names it, and the others judge all the same.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lintProject } from "../../../generator/lint/lint-project.ts";
import { loadConfig } from "../../../generator/load/load-config.ts";
import { loadProject } from "../../../generator/load/load-project.ts";
import { createFolder } from "../../support/built-project.ts";
import { runCommandLine } from "../../support/command-line.ts";

const dag = `import { Dag } from "dagwright";
new Dag("a", { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } }).bash("b", "true");
`;

function createProject(...rules: string[]): string {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  writeFileSync(join(root, "dags", "a.ts"), dag);
  const list = rules.join(",\n");
  const config = `import { defineConfig, defineRule } from "dagwright";
export default defineConfig({ lint: { customRules: [
${list}
] } } as never);
`;
  writeFileSync(join(root, "dagwright.config.ts"), config);
  return root;
}

const rule = (name: string, check: string) => `defineRule({ name: "${name}", summary: "s", check: ${check} } as never)`;
const sound = rule("sound", '() => [{ path: ["tags"], text: "found", remedy: "do" }]');

async function lint(root: string, evaluationMs = 5000): Promise<string[]> {
  const diagnostics = await lintProject(await loadProject(root), await loadConfig(root), { evaluationMs });
  return diagnostics.map(({ file, line, column, code, text }) => `${file}:${line}:${column} ${code} ${text}`);
}

const found = "dags/a.ts:2:47 custom/sound found";

test.each<[string, string, string, string]>([
  ["throws", '() => { throw new Error("no luck"); }', "3:64", "no luck"],
  ["throws what is no error", '() => { throw "no luck"; }', "1:1", 'it threw "no luck"'],
  ["rejects", 'async () => { throw new Error("no luck"); }', "3:70", "no luck"],
  ["leaves an error behind", '() => { setImmediate(() => { throw new Error("late"); }); return []; }', "3:85", "late"],
  ["returns nothing", "() => undefined", "1:1", 'it returned undefined for DAG "a", not a list of findings'],
  ["returns texts", '() => ["no"]', "1:1", 'it returned a finding for DAG "a" that is "no", not { text, remedy }'],
  ["says nothing", "() => [{}]", "1:1", 'it returned a finding for DAG "a" whose text is undefined, not a sentence'],
  [
    "has no remedy",
    '() => [{ text: "x" }]',
    "1:1",
    'it returned a finding for DAG "a" whose remedy is undefined, not a sentence',
  ],
  [
    "names no task of the DAG",
    '() => [{ text: "x", remedy: "y", task: "c" }]',
    "1:1",
    'it returned a finding for DAG "a" about task "c", which the DAG does not have',
  ],
  [
    "points nowhere",
    '() => [{ text: "x", remedy: "y", path: "tags" }]',
    "1:1",
    'it returned a finding for DAG "a" whose path is "tags", not a list of names',
  ],
  ["ends the process", "() => process.exit(0)", "1:1", "called process.exit(0)"],
  ["never ends", "() => { for (;;); }", "1:1", "did not end within 0.7 s"],
  ["waits for ever", "() => new Promise(() => {})", "1:1", "waits for a promise that never resolves"],
])("a rule that %s", async (_, check, place, problem) => {
  const root = createProject(rule("wrong", check), sound);
  const text = `custom rule "wrong" cannot be used: ${problem}`;
  expect(await lint(root, 700)).toEqual([found, `dagwright.config.ts:${place} broken-custom-rule ${text}`]);
});

test.each<[string, string]>([
  ["{}", "lint.customRules[0].name cannot be used (dagwright.config.ts): undefined. Write small letters"],
  ['{ name: "Team" }', 'lint.customRules[0].name cannot be used (dagwright.config.ts): "Team"'],
  ['{ name: "a", summary: "" }', 'lint.customRules[0].summary cannot be used (dagwright.config.ts): ""'],
  ['{ name: "a", summary: "s", severity: "fatal" }', "lint.customRules[0].severity cannot be used"],
  ['{ name: "a", summary: "s", options: { at: new Date(0) } }', "lint.customRules[0].options cannot be used"],
  ['{ name: "a", summary: "s" }', "lint.customRules[0].check cannot be used (dagwright.config.ts): undefined"],
  ['{ name: "a", chek: 1 }', 'unknown key in lint.customRules[0] (dagwright.config.ts): "chek". Did you mean check?'],
  ["3", "lint.customRules[0] is no rule (dagwright.config.ts): 3. Write defineRule({ … })"],
  [`${sound}, ${sound}`, 'two rules in lint.customRules have one name (dagwright.config.ts): "sound"'],
])("%s is refused", async (rules, words) => {
  await expect(loadConfig(createProject(rules))).rejects.toThrow(words);
});

test("options have the types of their defaults", async () => {
  const config = (options: string) => `import { defineConfig, defineRule } from "dagwright";
const rule = defineRule({ name: "most", summary: "s", options: { max: 1, names: ["a"] }, check: () => [] });
export default defineConfig({ lint: { customRules: [rule], rules: { "custom/most": ["error", ${options}] } } });
`;
  const root = createProject();
  const lintWith = (options: string) => {
    writeFileSync(join(root, "dagwright.config.ts"), config(options));
    return lint(root);
  };
  expect(await lintWith('{ max: 2, names: ["b"] }')).toEqual([]);
  await expect(lintWith('{ max: "2" }')).rejects.toThrow(
    'max of custom/most is not a number (dagwright.config.ts): "2"',
  );
  await expect(lintWith("{ mex: 2 }")).rejects.toThrow('unknown option of custom/most (dagwright.config.ts): "mex"');
});

test("rules lists them, explain shows their page, and reports know them", async () => {
  const page = 'page: "# Team tags\\n\\nBecause."';
  const cwd = createProject(sound, `defineRule({ name: "paged", summary: "has a page", ${page}, check: () => [] })`);
  expect((await runCommandLine(["rules"], { cwd })).stdout).toMatch(/^custom\/paged .* has a page$/m);
  expect(await runCommandLine(["explain", "custom/paged"], { cwd })).toMatchObject({
    exitCode: 0,
    stdout: "# Team tags\n\nBecause.\n",
  });
  expect((await runCommandLine(["explain", "custom/sound"], { cwd })).stdout).toBe("# custom/sound\n\ns\n");
  const { exitCode, stdout } = await runCommandLine(["lint", "--reporter", "sarif"], { cwd });
  expect(exitCode).toBe(1);
  const { tool, results } = JSON.parse(stdout).runs[0];
  expect(tool.driver.rules[results[0].ruleIndex].id).toBe("custom/sound");
});

test("an aborted lint does not wait for a rule that never ends", async () => {
  const root = createProject(rule("endless", "() => { for (;;); }"));
  const linting = lintProject(await loadProject(root), await loadConfig(root), {
    evaluationMs: 600_000,
    signal: AbortSignal.abort(new Error("enough")),
  });
  await expect(linting).rejects.toThrow("enough");
});
