// What comments that disable a rule take out, and what is said of those that do not do it right.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { lintProject } from "../../../generator/lint/lint-project.ts";
import { defaultConfig } from "../../../generator/load/check-config.ts";
import { loadConfig } from "../../../generator/load/load-config.ts";
import { loadProject } from "../../../generator/load/load-project.ts";
import { createFolder } from "../../support/built-project.ts";

const form = "write // dagwright-disable-next-line CODE -- why it is right here";
const untagged = [
  'DAG "a" has no tags; add tags that say what it is about and whose it is: tags: ["sales", "team-data"]',
];

it.each<[string, string[]]>([
  ["tags-missing -- none agreed", []],
  ["   tags-missing   --   none agreed -- yet", []],
  ["tags-missing", [`the comment gives no reason for disabling tags-missing; ${form}`, ...untagged]],
  ["tags-missing --", [`the comment gives no reason for disabling tags-missing; ${form}`, ...untagged]],
  ["-- a reason", [`the comment names no rule; ${form}`, ...untagged]],
  ["", [`the comment names no rule; ${form}`, ...untagged]],
  ["tag-missing -- typo", ['there is no rule "tag-missing"; Did you mean tags-missing?', ...untagged]],
  [
    "cycle -- cannot be",
    ["cycle cannot be disabled; correct what it finds: a DAG that breaks it cannot be built", ...untagged],
  ],
  [
    "tags-missing, retries-minimum -- two",
    ["the comment names more than one rule; write one comment for each rule, one above the other", ...untagged],
  ],
  [
    "tags-missing retries-minimum -- two",
    ["the comment names more than one rule; write one comment for each rule, one above the other", ...untagged],
  ],
  ["retries-minimum -- enough", ["nothing here breaks retries-minimum; take the comment out", ...untagged]],
])("// dagwright-disable-next-line %s", async (rest, expected) => {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  const dag = 'new Dag("a", { defaultArgs: { retries: 2 } });';
  writeFileSync(
    join(root, "dags", "a.ts"),
    `import { Dag } from "dagwright";\n  // dagwright-disable-next-line ${rest}\n${dag}\n`,
  );
  const diagnostics = await lintProject(await loadProject(root), defaultConfig);
  expect(diagnostics.map(({ text, remedy }) => `${text}; ${remedy}`)).toEqual(expected);
});

async function lintSource(...lines: string[]): Promise<string[]> {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  writeFileSync(join(root, "dags", "a.ts"), ['import { Dag } from "dagwright";', ...lines].join("\n"));
  const diagnostics = await lintProject(await loadProject(root), defaultConfig);
  return diagnostics.map(({ line, code }) => `${line} ${code}`);
}

it("several may stand one above the other", async () => {
  const disable = (code: string) => `// dagwright-disable-next-line ${code} -- a reason`;
  expect(await lintSource(disable("tags-missing"), disable("retries-minimum"), 'new Dag("a");')).toEqual([]);
});

it.each([
  "// dagwright-disable-line tags-missing -- x",
  "/* dagwright-disable-next-line tags-missing -- x */",
  "// Dagwright-Disable tags-missing",
])("what was meant to be one and is none is told: %s", async (comment) => {
  expect(await lintSource(comment, 'new Dag("a", { defaultArgs: { retries: 2 } });')).toEqual([
    "2 disable-comment",
    "3 tags-missing",
  ]);
});

it("holds in a module that builds the DAG, and with Windows line ends", async () => {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  mkdirSync(join(root, "parts"));
  const factory = `import { Dag } from "dagwright";
export function create(id: string) {
  // dagwright-disable-next-line tags-missing -- none agreed
  return new Dag(id, { defaultArgs: { retries: 2 } });
}
`;
  writeFileSync(join(root, "parts", "create.ts"), factory.replaceAll("\n", "\r\n"));
  writeFileSync(join(root, "dags", "a.ts"), 'import { create } from "../parts/create.ts";\ncreate("a");\n');
  expect(await lintProject(await loadProject(root), defaultConfig)).toEqual([]);
});

const comment = (code: string) => `// dagwright-disable-next-line ${code} -- a reason`;
const sound = 'new Dag("a", { tags: ["t"], defaultArgs: { retries: 2 } });';
const module = `import { Dag } from "dagwright";
export const make = (id: string, tags: string[]) =>
  ${comment("tags-missing")}
  new Dag(id, { tags, defaultArgs: { retries: 1 } });
`;
const makes = (id: string, tags: string) => `import { make } from "../parts/make.ts";\nmake("${id}", ${tags});\n`;
const customRules = (check: string) => `import { defineConfig, defineRule } from "dagwright";
const odd = defineRule({ name: "odd", summary: "s", check: ${check} });
export default defineConfig({ lint: { customRules: [odd] } });
`;

it.each<[string, Readonly<Record<string, string>>, boolean]>([
  ["nothing is wrong", { "dags/a.ts": `${comment("tags-missing")}\n${sound}` }, true],
  ["its file throws", { "dags/a.ts": `${comment("tags-missing")}\n${sound}\nthrow new Error("no");` }, false],
  [
    "a module of its file throws",
    { "dags/a.ts": `import "../parts/odd.ts";\n${comment("tags-missing")}\n${sound}`, "parts/odd.ts": "throw 1;" },
    false,
  ],
  [
    "a module of its file does not bundle",
    { "dags/a.ts": `import "../parts/odd.ts";\n${comment("tags-missing")}\n${sound}`, "parts/odd.ts": "const = 1;" },
    false,
  ],
  ["it stands in a module", { "dags/a.ts": makes("a", '["t"]'), "parts/make.ts": module }, true],
  [
    "it stands in a module, and a file that uses it throws",
    { "dags/a.ts": makes("a", '["t"]'), "dags/b.ts": `throw 1;\n${makes("b", "[]")}`, "parts/make.ts": module },
    false,
  ],
  [
    "what it is for rests on a mistake",
    {
      "dags/a.ts": `${comment("retries-minimum")}\nnew Dag("a", { tags: ["t"], defaultArgs: { retries: "1" as never } });`,
    },
    false,
  ],
  [
    "the mistake is another file's",
    { "dags/a.ts": `${comment("tags-missing")}\n${sound}`, "dags/b.ts": 'new Dag("b", { tags: 1 as never });' },
    true,
  ],
  [
    "its rule finds nothing",
    { "dags/a.ts": `${comment("custom/odd")}\n${sound}`, "dagwright.config.ts": customRules("() => []") },
    true,
  ],
  [
    "its rule cannot be used",
    {
      "dags/a.ts": `${comment("custom/odd")}\n${sound}`,
      "dagwright.config.ts": customRules('() => { throw new Error("no"); }'),
    },
    false,
  ],
])("a comment that took nothing out, and %s", async (_, files, isTold) => {
  const root = createFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), path.startsWith("dags/") ? `import { Dag } from "dagwright";\n${text}` : text);
  }
  const diagnostics = await lintProject(await loadProject(root), await loadConfig(root));
  const told = diagnostics.filter(({ text }) => text.startsWith("nothing here breaks"));
  expect(told).toHaveLength(isTold ? 1 : 0);
});

it("what looks like a comment within a text is none", async () => {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  const text = `import { Dag } from "dagwright";
const dag = new Dag("a", { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } });
const name = "world";
dag.bash("script", \`cat > x.ts <<E
// dagwright-disable-next-line retries-minimum -- for \${name}
// dagwright-disable-file
E\`);
// dagwright-disable-next-line retries-minimum -- a comment
`;
  writeFileSync(join(root, "dags", "a.ts"), text);
  const found = await lintProject(await loadProject(root), defaultConfig);
  expect(found.map(({ line, text }) => [line, text])).toEqual([[8, "nothing here breaks retries-minimum"]]);
});
