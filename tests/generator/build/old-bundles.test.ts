import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildProject, createFolder } from "../../support/built-project.ts";

test("the bundles of the build before stay for running tasks, older ones go", async () => {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  const build = async (message: string) => {
    writeFileSync(
      join(root, "dags", "changing.ts"),
      `import { Dag } from "dagwright";\nnew Dag("changing").task("say", () => console.log("${message}"))();\n`,
    );
    const chunks = join(await buildProject(root), "dags", "dagwright", "chunks");
    return readdirSync(chunks).filter((name) => /^changing-.*\.mjs$/.test(name));
  };
  const [first] = await build("one");
  const second = await build("two");
  expect(second).toHaveLength(2);
  expect(second).toContain(first);
  const third = await build("three");
  expect(third).toHaveLength(2);
  expect(third).not.toContain(first);
  expect(await build("three")).toEqual(third);
});
