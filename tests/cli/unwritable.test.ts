// What the commands say when the project's folder accepts nothing, or is none. A file in the place of a folder refuses every user, root too.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { createFolder } from "../support/built-project.ts";
import { runCommandLine } from "../support/command-line.ts";

test.each([
  [["lint"], ".dagwright"],
  [["build"], ".dagwright"],
  [["dags", "list"], ".dagwright"],
  [["dags", "test", "sound"], ".dagwright"],
  [["dags", "test", "sound"], ".dagwright/builds"],
  [["dags", "test", "sound"], ".dagwright/attempts"],
  [["dags", "test", "sound"], ".dagwright/logs"],
  [["dags", "test", "sound"], ".dagwright/dagwright.db/folder"],
])("%j with a file in the place of %s: a known error", async (typed, blocked) => {
  const root = createFolder();
  write(root, "dags/sound.ts", 'import { Dag } from "dagwright";\nnew Dag("sound").bash("say", "true");\n');
  write(root, blocked, "no store, no folder\n");
  const { exitCode, stderr } = await runCommandLine([...typed], { cwd: root });
  expect(stderr).toMatch(/^error: .+ \(.*\.dagwright.*\): .+\n {2}fix: .+\n$/);
  expect(exitCode).toBe(2);
});

test("a file named dags: a known error that names it", async () => {
  const root = createFolder();
  write(root, "dags", "");
  const { exitCode, stderr } = await runCommandLine(["lint"], { cwd: root });
  expect(stderr).toMatch(/^error: the dags folder cannot be read \(.*dags\): ENOTDIR.*\n {2}fix: .+\n$/);
  expect(exitCode).toBe(2);
});

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
