// What killed commands left in a project's work folder: gone after an hour, not before.

import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { createWorkFolder } from "../../../generator/load/work-folder.ts";
import { createFolder } from "../../support/built-project.ts";

test("folders of more than an hour ago are removed", () => {
  const root = createFolder();
  const work = join(root, ".dagwright", "work");
  const ages = { "lint-old": 61, "config-old": 61, "load-old": 61, "lint-young": 59, "notes-old": 61 };
  for (const [name, minutes] of Object.entries(ages)) {
    mkdirSync(join(work, name, "chunks"), { recursive: true });
    writeFileSync(join(work, name, "chunks", "all.mjs"), "");
    const then = Date.now() / 1000 - minutes * 60;
    utimesSync(join(work, name), then, then);
  }
  const own = basename(createWorkFolder(root, "lint-"));
  expect(readdirSync(work).sort()).toEqual(["lint-young", "notes-old", own].sort());
});
