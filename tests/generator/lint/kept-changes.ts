// What may change between two lints of a project: each with the files before and after, and what is found then.

export type Files = Readonly<Record<string, string | null>>;

/** Lists tags as its description, so that whatever it reads shows in what is found: a description says nothing, tags do. */
export const dag = (id: string, tags: string, head = "") =>
  `import { Dag } from "dagwright";\n${head}\nnew Dag("${id}", { tags: ${tags}, defaultArgs: { retries: 2 } });\n`;
export const tagged = dag("tagged", '["t"]');

export interface Change {
  readonly name: string;
  readonly before: Files;
  readonly after: Files;
  readonly environment?: Readonly<Record<string, string>>;
  /** What is found after it: a piece of each text. */
  readonly found: readonly string[];
}

export const changes: readonly Change[] = [
  {
    name: "a DAG file",
    before: { "dags/a.ts": dag("a", '["t"]') },
    after: { "dags/a.ts": dag("a", "[]") },
    found: ['DAG "a" has no tags'],
  },
  {
    name: "a module that it imports through another one",
    before: {
      "dags/a.ts": dag("a", "tags", 'import { tags } from "../shared/one.ts";'),
      "shared/one.ts": 'export * from "./two.ts";',
      "shared/two.ts": 'export const tags = ["t"];',
    },
    after: { "shared/two.ts": "export const tags: string[] = [];" },
    found: ['DAG "a" has no tags'],
  },
  {
    name: "a module that it imports by a template",
    before: {
      "dags/a.ts": dag(
        "a",
        "tags",
        `const team = "one" + "";\nconst { tags } = await import(\`../shared/\${team}.ts\`);`,
      ),
      "shared/one.ts": 'export const tags = ["t"];',
    },
    after: { "shared/one.ts": "export const tags: string[] = [];" },
    found: ['DAG "a" has no tags'],
  },
  {
    name: "a module that its module requires by a template",
    before: {
      "dags/a.ts": dag("a", "tags", 'import { tags } from "../shared/load.cjs";'),
      "shared/load.cjs": `const team = "one" + "";\nexports.tags = require(\`./tags/\${team}.cjs\`);`,
      "shared/tags/one.cjs": 'module.exports = ["t"];',
    },
    after: { "shared/tags/one.cjs": "module.exports = [];" },
    found: ['DAG "a" has no tags'],
  },
  {
    name: "a module that the configuration imports by a template, if it is there",
    before: {
      "dags/a.ts": dag("a", "[]"),
      "dagwright.config.ts": `const name = "strict" + "";
const load = async () => import(\`./rules/\${name}.ts\`);
const { rules } = await load().catch(() => ({ rules: {} }));
export default { lint: { rules } };`,
      "rules/other.ts": "export const rules = {};",
    },
    after: { "rules/strict.ts": 'export const rules = { "tags-missing": "off" };' },
    found: [],
  },
  {
    name: "a file of SQL that it imports",
    before: { "dags/a.ts": dag("a", "[text.trim()]", 'import text from "../sql/a.sql";'), "sql/a.sql": "t" },
    after: { "sql/a.sql": " " },
    found: ['tag "" is empty'],
  },
  {
    name: "a package that it imports",
    before: {
      "dags/a.ts": dag("a", "tags", 'import { tags } from "some-tags";'),
      "node_modules/some-tags/package.json": '{ "name": "some-tags", "type": "module", "main": "one.js" }',
      "node_modules/some-tags/one.js": 'export const tags = ["t"];',
      "node_modules/some-tags/two.js": "export const tags = [];",
    },
    after: { "node_modules/some-tags/package.json": '{ "name": "some-tags", "type": "module", "main": "two.js" }' },
    found: ['DAG "a" has no tags'],
  },
  {
    name: "a nearer package of the same name",
    before: {
      "dags/a.ts": dag("a", "tags", 'import { tags } from "some-tags";'),
      "node_modules/some-tags/index.js": 'export const tags = ["t"];',
    },
    after: { "dags/node_modules/some-tags/index.js": "export const tags = [];" },
    found: ['DAG "a" has no tags'],
  },
  {
    name: "a new file that is taken first",
    before: {
      "dags/a.ts": dag("a", "tags", 'import { tags } from "../shared/tags";'),
      "shared/tags.ts": 'export const tags = ["t"];',
    },
    after: { "shared/tags.tsx": "export const tags: string[] = [];" },
    found: ['DAG "a" has no tags'],
  },
  {
    name: "an import that leads nowhere any more",
    before: {
      "dags/a.ts": dag("a", "tags", 'import { tags } from "../shared/tags.ts";'),
      "shared/tags.ts": 'export const tags = ["t"];',
    },
    after: { "shared/tags.ts": null },
    found: ['Could not resolve "../shared/tags.ts"'],
  },
  {
    name: "tsconfig.json",
    before: {
      "dags/a.ts": dag("a", "tags", 'import { tags } from "#tags";'),
      "shared/one.ts": 'export const tags = ["t"];',
      "shared/two.ts": "export const tags: string[] = [];",
      "tsconfig.json": '{ "compilerOptions": { "paths": { "#tags": ["./shared/one.ts"] } } }',
    },
    after: { "tsconfig.json": '{ "compilerOptions": { "paths": { "#tags": ["./shared/two.ts"] } } }' },
    found: ['DAG "a" has no tags'],
  },
  {
    name: "what tsconfig.json extends",
    before: {
      "dags/a.ts": dag("a", "tags", 'import { tags } from "#tags";'),
      "shared/one.ts": 'export const tags = ["t"];',
      "shared/two.ts": "export const tags: string[] = [];",
      "tsconfig.json": '{ "extends": "./base.json" }',
      "base.json": '{ "compilerOptions": { "paths": { "#tags": ["./shared/one.ts"] } } }',
    },
    after: { "base.json": '{ "compilerOptions": { "paths": { "#tags": ["./shared/two.ts"] } } }' },
    found: ['DAG "a" has no tags'],
  },
  {
    name: "the configuration",
    before: { "dags/a.ts": dag("a", "[]"), "dagwright.config.ts": "export default {};" },
    after: { "dagwright.config.ts": 'export default { lint: { rules: { "tags-missing": "off" } } };' },
    found: [],
  },
  {
    name: "a configuration that was not there",
    before: { "dags/a.ts": dag("a", "[]") },
    after: { "dagwright.config.ts": 'export default { lint: { rules: { "tags-missing": "off" } } };' },
    found: [],
  },
  {
    name: "a module of the configuration",
    before: {
      "dags/a.ts": dag("a", "[]"),
      "dagwright.config.ts": 'import { rules } from "./rules.ts";\nexport default { lint: { rules } };',
      "rules.ts": "export const rules = {};",
    },
    after: { "rules.ts": 'export const rules = { "tags-missing": "off" };' },
    found: [],
  },
  {
    name: "a variable that the configuration reads",
    before: {
      "dags/a.ts": dag("a", "[]"),
      "dagwright.config.ts": 'export default { lint: { rules: process.env.LAX ? { "tags-missing": "off" } : {} } };',
    },
    after: {},
    environment: { LAX: "1" },
    found: [],
  },
  {
    name: "a variable that a DAG file reads",
    before: {
      "dags/a.ts": dag("a", "names", 'import { env } from "node:process";\nconst names = "LAX" in env ? [] : ["t"];'),
    },
    after: {},
    environment: { LAX: "1" },
    found: ['DAG "a" has no tags'],
  },
  {
    name: "a file that a DAG file reads",
    before: {
      "dags/a.ts": dag("a", "JSON.parse(load())", 'import { load } from "../shared/load.ts";'),
      "shared/load.ts":
        'import { readFileSync } from "node:fs";\nexport const load = () => readFileSync(ROOT + "/tags.json", "utf8");',
      "tags.json": '["t"]',
    },
    after: { "tags.json": "[]" },
    found: ['DAG "a" has no tags'],
  },
  {
    name: "a file of variables that a DAG file loads",
    before: {
      "dags/a.ts": dag("a", "load()", 'import { load } from "../shared/load.ts";'),
      "shared/load.ts":
        'import { env, loadEnvFile } from "node:process";\nexport const load = () => (loadEnvFile(ROOT + "/team.env"), env.LAX_TEAM ? [] : ["t"]);',
      "team.env": "LAX_TEAM=",
    },
    after: { "team.env": "LAX_TEAM=1" },
    found: ['DAG "a" has no tags'],
  },
  ...["homedir", "tmpdir"].map((name) => ({
    name: `the ${name} that a DAG file asks for`,
    before: {
      "dags/a.ts": dag("a", "load()", 'import { load } from "../shared/load.ts";'),
      "shared/load.ts": `import { ${name} } from "node:os";\nexport const load = () => (${name}().endsWith("moved") ? [] : ["t"]);`,
    },
    after: {},
    environment: { HOME: "/moved", USERPROFILE: "C:\\moved", TMPDIR: "/moved", TEMP: "C:\\moved" },
    found: ['DAG "a" has no tags'],
  })),
  {
    name: "a folder that a DAG file lists",
    before: {
      "dags/a.ts": dag("a", 'fs.readdirSync(ROOT + "/list")', 'import fs from "node:fs";'),
      "list/t": "",
    },
    after: { "list/t": null },
    found: ['DAG "a" has no tags', "fs.readdirSync at the top level"],
  },
  {
    name: "a file more, with an id that is taken, in front",
    before: { "dags/b.ts": dag("a", '["t"]') },
    after: { "dags/a.ts": dag("a", '["t"]') },
    found: ['DAG id "a" is already taken at dags/a.ts'],
  },
  {
    name: "a file less, which had the id",
    before: { "dags/a.ts": dag("b", '["t"]'), "dags/b.ts": dag("b", '["t"]') },
    after: { "dags/a.ts": null },
    found: [],
  },
  {
    name: "one schedule too many",
    before: {
      "dagwright.config.ts": 'export default { lint: { rules: { "schedule-storm": ["warning", { max: 1 }] } } };',
      "dags/a.ts": tagged
        .replace('"tagged"', '"a"')
        .replace("tags", 'schedule: "@daily", startDate: "2024-01-01", tags'),
      "dags/b.ts": tagged.replace('"tagged"', '"b"'),
    },
    after: {
      "dags/b.ts": tagged
        .replace('"tagged"', '"b"')
        .replace("tags", 'schedule: "@daily", startDate: "2024-01-01", tags'),
    },
    found: ['DAG "b" is one of 2 that start at 00:00'],
  },
  {
    name: "the first file that imports a module with a DAG is gone: it is the next one's",
    before: {
      "dags/a.ts": 'import "../shared/dag.ts";',
      "dags/b.ts": `import "../shared/dag.ts";\n${dag("b", "[]")}`,
      "shared/dag.ts": dag("shared", '["t"]'),
    },
    after: { "dags/a.ts": null },
    found: ['DAG "b" has no tags'],
  },
  {
    name: "a second file that imports a module with a DAG: it stays the first one's",
    before: {
      "dags/a.ts": 'import "../shared/dag.ts";',
      "dags/b.ts": dag("b", '["t"]'),
      "shared/dag.ts": dag("shared", "[]"),
    },
    after: { "dags/b.ts": `import "../shared/dag.ts";\n${dag("b", '["u"]')}` },
    found: ['DAG "shared" has no tags'],
  },
  {
    name: "a DAG file that imports another one, in front of it",
    before: { "dags/b.ts": dag("b", '["t"]'), "dags/c.ts": dag("c", '["t"]') },
    after: { "dags/a.ts": `import "./b.ts";\n${dag("a", "[]")}` },
    found: ['DAG "a" has no tags'],
  },
  {
    name: "a file that throws, and takes a module with a DAG with it",
    before: {
      "dags/a.ts": 'import "../shared/sound.ts";\nimport "../shared/dag.ts";',
      "dags/b.ts": 'import "../shared/dag.ts";',
      "shared/sound.ts": "export {};",
      "shared/dag.ts": dag("shared", "[]"),
    },
    after: { "shared/sound.ts": 'throw new Error("no");' },
    found: ['DAG "shared" has no tags', "dags/a.ts cannot be evaluated: no"],
  },
  {
    name: "a comment that disables, in a file that does not change otherwise",
    before: { "dags/a.ts": dag("a", "[]"), "dags/b.ts": dag("b", '["t"]') },
    after: { "dags/a.ts": `// dagwright-disable-file tags-missing -- a test\n${dag("a", "[]")}` },
    found: [],
  },
];
