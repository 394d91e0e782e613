// What DAG files may import, and how many DAGs a file may make: a build holds it all, and needs nothing that it was made from.

import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { loadProject } from "../../../generator/load/load-project.ts";
import { readManifest } from "../../../runtime/manifest.ts";
import { buildProject, createFolder } from "../../support/built-project.ts";
import { runTaskProcess } from "../../support/task-process.ts";

const packages = {
  "node_modules/an-esm-package/package.json": '{ "type": "module", "exports": { ".": "./main.js" } }',
  "node_modules/an-esm-package/main.js":
    'import { join, dirname } from "node:path/posix";\nconst __dirname = dirname("/own/folder");\nexport const own = __dirname;\nexport const place = (name) => join("lake", name);',
  "node_modules/@scope/cjs/package.json": '{ "main": "lib/main.cjs" }',
  "node_modules/@scope/cjs/lib/main.cjs":
    'const { createHash } = require("crypto");\nmodule.exports = { short: (text) => createHash("sha256").update(text).digest("hex").slice(0, 8), data: require("./data.json"), isFolder: require("fs").existsSync(__dirname) && __filename.startsWith(__dirname) };',
  "node_modules/@scope/cjs/lib/data.json": '{ "suffix": "parquet" }',
};

test("npm packages of both kinds, tsconfig's paths and JSON go into the build, and run without what it was made from", async () => {
  const root = project({
    ...packages,
    "tsconfig.json":
      '{ "compilerOptions": { "paths": { "@shared/*": ["./shared/*"], "tables": ["./shared/tables.ts"] } } }',
    "shared/tables.ts": 'import { prefix } from "@shared/prefix.ts";\nexport const tables = [prefix.concat("films")];',
    "shared/prefix.ts": 'export const prefix = "raw_";',
    "dags/imports.ts": `import cjs from "@scope/cjs";
import { own, place } from "an-esm-package";
import { Dag } from "dagwright";
import { tables } from "tables";
import limits from "../shared/limits.json";
const dag = new Dag("imports");
for (const table of tables) {
  dag.task(table, () => ({ place: place(table), hash: cjs.short(table), own, isFolder: cjs.isFolder, ...cjs.data, ...limits }))();
}`,
    "shared/limits.json": '{ "limit": 10 }',
  });
  const build = await buildProject(root);
  for (const folder of ["node_modules", "shared", "dags"]) rmSync(join(root, folder), { recursive: true });
  const hash = createHash("sha256").update("raw_films").digest("hex").slice(0, 8);
  const { result } = await runTaskProcess({ build, dagId: "imports", taskId: "raw_films" });
  expect(result).toMatchObject({
    outcome: "success",
    returnValue: { place: "lake/raw_films", hash, own: "/own", isFolder: true, suffix: "parquet", limit: 10 },
  });
});

test("one file makes several DAGs, in a loop and by functions of other modules, and each runs its own tasks", async () => {
  const root = project({
    "shared/load-dag.ts": `import { Dag } from "dagwright";
export function loadDag(table: string): Dag {
  const dag = new Dag(\`load_\${table}\`);
  const group = dag.taskGroup(table);
  group.task("name", () => table)();
  return dag;
}`,
    "dags/many.ts": `import { Dag } from "dagwright";
import { loadDag } from "../shared/load-dag.ts";
for (const country of ["at", "de"]) {
  const dag = new Dag(\`report_\${country}\`);
  dag.task("country", () => country)();
}
export const made = ["film", "actor"].map(loadDag);
export default new Dag("alone");
`,
    "dags/more.ts": 'import { loadDag } from "../shared/load-dag.ts";\nloadDag("rental");',
  });
  const build = await buildProject(root);
  const manifest = readManifest(join(build, "dags", "dagwright"));
  expect(manifest.dags.map(({ model, file }) => `${model.id} of ${file}`)).toEqual([
    "alone of dags/many.ts",
    "load_actor of dags/many.ts",
    "load_film of dags/many.ts",
    "load_rental of dags/more.ts",
    "report_at of dags/many.ts",
    "report_de of dags/many.ts",
  ]);
  const asked = [
    ["report_at", "country", "at"],
    ["report_de", "country", "de"],
    ["load_film", "film.name", "film"],
    ["load_actor", "actor.name", "actor"],
    ["load_rental", "rental.name", "rental"],
  ] as const;
  for (const [dagId, taskId, returnValue] of asked) {
    expect((await runTaskProcess({ build, dagId, taskId })).result, dagId).toMatchObject({ returnValue });
  }
});

test.each([
  ["imported", 'import addon from "./native.node";', "dags/a.ts"],
  ["required by a package", 'import addon from "with-addon";', "node_modules/with-addon/main.cjs"],
])(
  "a native addon that is %s is refused, with the way out, and keeps no other DAG from being built",
  async (_, line, file) => {
    const root = project({
      "node_modules/with-addon/package.json": '{ "main": "main.cjs" }',
      "node_modules/with-addon/main.cjs": 'module.exports = require("./build/addon.node");',
      "node_modules/with-addon/build/addon.node": "\u007fELF",
      "dags/native.node": "\u007fELF",
      "dags/a.ts": `${line}\nimport { Dag } from "dagwright";\nnew Dag("a").task("use", () => addon)();`,
      "dags/b.ts": 'import { Dag } from "dagwright";\nnew Dag("b", { tags: ["t"], defaultArgs: { retries: 2 } });',
    });
    const loaded = await loadProject(root);
    expect(loaded.dags.map(({ model }) => model.id)).toEqual(["b"]);
    expect(loaded.diagnostics).toMatchObject([
      {
        code: "import-error",
        file,
        line: 1,
        text: expect.stringContaining('dags/a.ts cannot be bundled: No loader is configured for ".node" files'),
        remedy: expect.stringContaining("use a package in plain JavaScript or WebAssembly"),
      },
    ]);
  },
);

function project(files: Readonly<Record<string, string>>): string {
  const root = createFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
