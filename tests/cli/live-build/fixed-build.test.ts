// `--build DIR`: every way to name a build, and every mistake, said before anything runs.

import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { openFixedBuild } from "../../../cli/live-build/fixed-build.ts";
import type { LiveBuilds } from "../../../cli/live-build/live-builds.ts";
import { readManifest } from "../../../runtime/manifest.ts";
import { buildProject, createFolder } from "../../support/built-project.ts";
import { dagFile, writeFiles } from "../../support/live-project.ts";
import { troubleOf } from "../../support/trouble.ts";

let built: string;

beforeAll(async () => {
  const root = createFolder();
  writeFiles(root, { "dags/a.ts": dagFile("a"), "dags/b.ts": dagFile("b") });
  built = await buildProject(root);
});

/** A folder with a copy of the build in `build`, and without its sources. */
function copyBuild(): string {
  const folder = createFolder();
  cpSync(built, join(folder, "build"), { recursive: true });
  return folder;
}

function open(workingDirectory: string, named: string): LiveBuilds {
  return openFixedBuild({ workingDirectory, projectRoot: workingDirectory }, named);
}

test.each(["build", "build/", "build/dags", "build/dags/dagwright", "./build"])("%s is a build", async (named) => {
  const workingDirectory = copyBuild();
  const builds = open(workingDirectory, named);
  const { buildFolder, ...rest } = await builds.first();
  expect(rest).toEqual({ broken: [], kept: [] });
  expect(readManifest(buildFolder).dags.map(({ model }) => model.id)).toEqual(["a", "b"]);
  await builds.stop();
});

test("what is built over it changes nothing for runs that began with it", async () => {
  const workingDirectory = copyBuild();
  const { buildFolder } = await open(workingDirectory, "build").first();
  const before = readdirSync(buildFolder, { recursive: true }).sort();
  rmSync(join(workingDirectory, "build"), { recursive: true });
  expect(readManifest(buildFolder).dags).toHaveLength(2);
  expect(readdirSync(buildFolder, { recursive: true }).sort()).toEqual(before);

  cpSync(built, join(workingDirectory, "build"), { recursive: true });
  const same = await open(workingDirectory, "build").first();
  expect(same.buildFolder).toBe(buildFolder);
  const path = join(workingDirectory, manifest);
  writeFileSync(path, readFileSync(path, "utf8").replaceAll(/"id": ?"b"/g, '"id": "c"'));
  expect((await open(workingDirectory, "build").first()).buildFolder).not.toBe(buildFolder);
});

test("it may lie in a folder of another name, without maps", async () => {
  const workingDirectory = copyBuild();
  renameSync(join(workingDirectory, "build/dags"), join(workingDirectory, "deployed"));
  const folder = join(workingDirectory, "deployed/dagwright");
  for (const path of readManifest(folder).bundles.filter((name) => name.endsWith(".map"))) {
    rmSync(join(folder, path.replace("dags/dagwright/", "")));
  }
  const { buildFolder } = await open(workingDirectory, "deployed").first();
  expect(readManifest(buildFolder)).toEqual(readManifest(folder));
});

const manifest = "build/dags/dagwright/manifest.json";

const mistakes: Readonly<Record<string, { named: string; spoil?: (folder: string) => void; trouble: object }>> = {
  "nothing is there": {
    named: "elsewhere",
    trouble: { what: "--build names nothing that is there", found: '"elsewhere"' },
  },
  "an empty name": { named: "", trouble: { what: "--build names nothing that is there", found: '""' } },
  "a file": { named: manifest, trouble: { what: "--build is not a folder", found: `"${manifest}"` } },
  "another folder": {
    named: "project",
    spoil: (folder) => writeFiles(folder, { "project/dags/a.ts": "", "project/package.json": "{}" }),
    trouble: { what: "--build is not the folder of a build", found: '"project" holds dags, package.json' },
  },
  "an empty folder": {
    named: "empty",
    spoil: (folder) => mkdirSync(join(folder, "empty")),
    trouble: { found: '"empty" holds nothing', remedy: expect.stringContaining("npx dagwright build --out build") },
  },
  "a build that was broken off": {
    named: "build",
    spoil: (folder) => rmSync(join(folder, manifest)),
    trouble: { what: "--build names a build that did not come to its end" },
  },
  "a manifest of another version": {
    named: "build",
    spoil: (folder) => {
      const content = JSON.parse(readFileSync(join(folder, manifest), "utf8")) as object;
      writeFileSync(join(folder, manifest), JSON.stringify({ ...content, version: 2 }));
    },
    trouble: {
      what: "the build was made by another version of dagwright",
      found: "version 2; this dagwright runs version 1",
    },
  },
  "a manifest that is cut off": {
    named: "build",
    spoil: (folder) => writeFileSync(join(folder, manifest), readFileSync(join(folder, manifest)).subarray(0, 100)),
    trouble: { what: "the build is missing or damaged", found: expect.stringContaining("JSON") },
  },
  "a manifest without DAGs": {
    named: "build",
    spoil: (folder) => writeFileSync(join(folder, manifest), "null"),
    trouble: { what: "the build is missing or damaged" },
  },
  "a bundle is missing": {
    named: "build",
    spoil: (folder) => {
      const { chunk } = readManifest(join(folder, "build/dags/dagwright")).dags[0]!;
      rmSync(join(folder, "build/dags/dagwright", chunk));
    },
    trouble: { what: "files of the build are missing", found: expect.stringMatching(/^chunks\/a-[A-Z0-9]+\.mjs$/) },
  },
  "all bundles are missing": {
    named: "build",
    spoil: (folder) => rmSync(join(folder, "build/dags/dagwright/chunks"), { recursive: true }),
    trouble: { found: expect.stringMatching(/^chunks\/.*, chunks\/.*, chunks\/.* and \d+ more$/) },
  },
  "the task main is missing": {
    named: "build",
    spoil: (folder) => rmSync(join(folder, "build/dags/dagwright/task-main.mjs")),
    trouble: { found: "task-main.mjs" },
  },
};

test.each(Object.keys(mistakes))("%s is refused", async (name) => {
  const workingDirectory = copyBuild();
  const { named, spoil, trouble } = mistakes[name]!;
  spoil?.(workingDirectory);
  const opened = (async () => open(workingDirectory, named))();
  expect((await troubleOf(opened)).trouble).toMatchObject(trouble);
});
