import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findTool, type ToolSearch } from "../../../runtime/tools/find-tool.ts";
import { compareVersions } from "../../../runtime/tools/tool-version.ts";
import { troubleOf } from "../../support/trouble.ts";

test("the newest of all that are found is taken, and the newest only", async () => {
  const folder = createFolder();
  for (const version of ["9.6.24", "16.14", "17.10", "17.9"])
    install(join(folder, version, "bin", "dump_tool"), version);
  expect(await findTool(searchIn(folder))).toEqual({
    path: join(folder, "17.10", "bin", "dump_tool"),
    version: "17.10",
  });
});

test("what is too old is said with all that was found, and how to get what is needed", async () => {
  const folder = createFolder();
  install(join(folder, "15", "bin", "dump_tool"), "15.20");
  install(join(folder, "16", "bin", "dump_tool"), "16.14");
  const least = { version: "17", reason: "the archive's format is 1.16" };
  const { trouble } = await troubleOf(findTool({ ...searchIn(folder), least }));
  expect(trouble).toEqual({
    what: "dump_tool 17 or newer is not on this machine: the archive's format is 1.16",
    where: `looked in PATH, ${folder}/*/bin`,
    found: `${folder}/16/bin/dump_tool is 16.14; ${folder}/15/bin/dump_tool is 15.20`,
    remedy: "apt-get install dump-tool",
    isRetryable: false,
  });
});

test("a missing tool, and one that another program goes by the name of", async () => {
  const folder = createFolder();
  expect((await troubleOf(findTool(searchIn(folder)))).trouble).toMatchObject({
    what: "dump_tool is not on this machine",
    found: "none",
    isRetryable: false,
  });
  install(join(folder, "own", "bin", "dump_tool"), "?", "echo I dump trees; exit 1");
  expect((await troubleOf(findTool(searchIn(folder)))).trouble.found).toBe(
    `${folder}/own/bin/dump_tool says "I dump trees"`,
  );
});

test("the author's own folder is the only one that is looked into", async () => {
  const folder = createFolder();
  install(join(folder, "17", "bin", "dump_tool"), "17.10");
  install(join(folder, "mine", "dump_tool"), "16.1");
  const own = join(folder, "mine");
  expect((await findTool({ ...searchIn(folder), folder: own })).version).toBe("16.1");
  const least = { version: "17", reason: "so it is" };
  const { trouble } = await troubleOf(findTool({ ...searchIn(folder), folder: own, least }));
  expect(trouble.where).toBe(`looked in ${own}`);
});

test.each([
  ["9.6", "16", -1],
  ["17.9", "17.10", -1],
  ["17", "17.0", 0],
  ["18rc1", "18", 0],
  ["100.9.4", "100.10.0", -1],
])("%s against %s", (left, right, sign) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign);
  expect(Math.sign(compareVersions(right, left))).toBe(0 - sign);
});

function searchIn(folder: string): ToolSearch {
  return {
    name: "dump_tool",
    usualFolders: [`${folder}/*/bin`],
    readVersion: (printed) => /^dump_tool \(Dumps\) (\S+)/.exec(printed)?.[1],
    install: "apt-get install dump-tool",
    signal: new AbortController().signal,
  };
}

function install(path: string, version: string, script = `echo "dump_tool (Dumps) ${version}"`): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tools-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
