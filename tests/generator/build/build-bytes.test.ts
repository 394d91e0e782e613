// A build is a function of the sources alone: the same bytes in another process, folder, time zone and language.

import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createFolder } from "../../support/built-project.ts";
import { dagwright } from "../../support/standalone.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

test("a copied project is built byte for byte, wherever, whenever and in whatever language", async () => {
  const [here, there] = [createFolder(), join(createFolder(), "a folder", "ünï", "#1")];
  mkdirSync(there, { recursive: true });
  for (const root of [here, there]) cpSync(join(repository, "dags"), join(root, "dags"), { recursive: true });
  const first = await dagwright(["build"], { cwd: here, environment: { TZ: "UTC", LANG: "C" } });
  const environment = { TZ: "Pacific/Auckland", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" };
  const second = await dagwright(["build", "--project", there], { cwd: repository, environment });
  expect([first.stderr, second.stderr]).toEqual(["", ""]);

  const [one, other] = [readTree(join(here, "build")), readTree(join(there, "build"))];
  expect([...one.keys()]).toEqual([...other.keys()]);
  for (const [path, content] of one) expect(other.get(path) === content, path).toBe(true);
}, 60_000);

test("no path of this machine gets into a build", async () => {
  const root = createFolder();
  cpSync(join(repository, "dags"), join(root, "dags"), { recursive: true });
  await dagwright(["build"], { cwd: root });
  for (const [path, content] of readTree(join(root, "build"))) {
    for (const folder of [root, repository.slice(0, -1), "../../"]) expect(content.includes(folder), path).toBe(false);
  }
}, 60_000);

test("the stack of an error names the author's file and line", async () => {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  writeFileSync(join(root, "dags", "wrong.ts"), wrong);
  const run = await dagwright(["dags", "test", "wrong"], { cwd: root });
  const { stdout } = await dagwright(["tasks", "logs", "wrong", "throws"], { cwd: root });
  expect(run.exitCode).toBe(1);
  expect(stdout).toContain("dags/wrong.ts:6:");
  expect(stdout).not.toContain("chunks/");
}, 60_000);

const wrong = `import { Dag } from "dagwright";

const dag = new Dag("wrong", { defaultArgs: { retries: 0 } });
dag.task("throws", () => {
  console.log("before");
  throw new Error("what went wrong");
})();
`;

/** Path → content, without the folders that are kept between builds. */
function readTree(root: string): Map<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [relative(root, path), readFileSync(path, "latin1")]));
}
