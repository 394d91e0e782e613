// A second load must yield what a load of everything yields, whatever changed in between.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { KnownLoad } from "../../../generator/load/known-load.ts";
import { loadAgain } from "../../../generator/load/load-again.ts";
import { loadProject } from "../../../generator/load/load-project.ts";
import { createFolder } from "../../support/built-project.ts";
import { waitUntil } from "../../support/processes.ts";

type Files = Readonly<Record<string, string | null>>;

const dag = (id: string, rest = "") =>
  `import { Dag } from "dagwright";\n/** About ${id}. */\nnew Dag("${id}");\n${rest}`;
const shared = `import { Dag } from "dagwright";\nexport const made = new Dag("shared");\n`;
const using = (id: string) => `import "./shared.ts";\n${dag(id)}`;

const changes: Readonly<Record<string, { before: Files; after: Files; again?: Files }>> = {
  "one file of three": {
    before: { "dags/a.ts": dag("a"), "dags/b.ts": dag("b"), "dags/c.ts": dag("c") },
    after: { "dags/b.ts": dag("b", 'new Dag("d");\n') },
  },
  "only a comment": {
    before: { "dags/a.ts": dag("a") },
    after: { "dags/a.ts": dag("a").replace("About", "Again on") },
  },
  "a file before those that share a module with it": {
    before: { "dags/b.ts": using("b"), "dags/c.ts": using("c"), "dags/shared.ts": shared },
    after: { "dags/a.ts": using("a") },
  },
  "the file goes that had what is shared": {
    before: { "dags/a.ts": using("a"), "dags/b.ts": using("b"), "dags/shared.ts": shared },
    after: { "dags/a.ts": null },
  },
  "a later one of those that share": {
    before: { "dags/a.ts": using("a"), "dags/b.ts": using("b"), "dags/shared.ts": shared },
    after: { "dags/b.ts": using("b2") },
  },
  "one breaks off before what it shares": {
    before: {
      "dags/a.ts": `import "./shared.ts";\nimport "./other.ts";\n`,
      "dags/b.ts": `import "./other.ts";\n`,
      "dags/shared.ts": shared,
      "dags/other.ts": dag("other"),
    },
    after: { "dags/shared.ts": `${shared}throw new Error("broken");\n` },
    again: { "dags/shared.ts": shared },
  },
  "a file that was read": {
    before: {
      "dags/a.ts": `import { readFileSync } from "node:fs";\nimport { Dag } from "dagwright";\nnew Dag(readFileSync(new URL("file://FOLDER/name.txt"), "utf8"));\n`,
      "name.txt": "one",
      "dags/b.ts": dag("b"),
    },
    after: { "name.txt": "two" },
  },
  "a file that does not bundle, and then does": {
    before: { "dags/a.ts": dag("a"), "dags/b.ts": dag("b") },
    after: { "dags/b.ts": "new Dag(" },
    again: { "dags/b.ts": dag("b") },
  },
};

test.each(Object.keys(changes))("%s", async (name) => {
  const root = createFolder();
  const { before, after, again } = changes[name]!;
  let known: KnownLoad | undefined;
  for (const files of [before, after, again ?? after]) {
    await write(root, files);
    const { project, known: next } = await loadAgain(root, known);
    known = next;
    expect(project.byFile).toEqual((await loadProject(root)).byFile);
  }
});

test("evaluates nothing that is the same", async () => {
  const root = createFolder();
  await write(root, { "dags/a.ts": dag("a"), "dags/b.ts": dag("b") });
  const { known } = await loadAgain(root, undefined);
  await write(root, { "dags/b.ts": dag("b2") });
  const evaluated: string[] = [];
  const { project } = await loadAgain(root, known, { onLoaded: ({ file }) => evaluated.push(file) });
  expect(evaluated).toEqual(["dags/b.ts"]);
  expect(project.dags.map(({ model }) => model.id)).toEqual(["a", "b2"]);
});

/** What is as young as the load is not relied upon: the clock moves on first. */
async function write(root: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    if (text === null) rmSync(target, { force: true });
    else writeFileSync(target, text.replaceAll("FOLDER", root));
  }
  const written = Date.now();
  await waitUntil(() => Date.now() > written + 20, 10_000);
}
