// Which development builds stay: those of runs that go on, and those used within a day.

import { mkdirSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pruneBuilds } from "../../cli/prune-builds.ts";
import { copyFixture, createFolder } from "../support/built-project.ts";
import { dagsTest } from "../support/standalone.ts";

it("removes what no run uses and nobody used for a day", () => {
  const builds = createFolder();
  const now = Date.parse("2026-01-10T00:00:00Z");
  const used = { old: "2026-01-01", old_of_a_run: "2026-01-01", yesterday: "2026-01-09T00:00:01Z" };
  for (const [name, date] of Object.entries(used)) {
    mkdirSync(join(builds, name, "dags"), { recursive: true });
    utimesSync(join(builds, name), new Date(date), new Date(date));
  }
  pruneBuilds(builds, { usedFolders: [join(builds, "old_of_a_run", "dags", "dagwright")], now });
  expect(readdirSync(builds).sort()).toEqual(["old_of_a_run", "yesterday"]);
});

it("has nothing to do where nothing was built", () => {
  expect(() => pruneBuilds(join(createFolder(), "builds"), { usedFolders: [], now: 0 })).not.toThrow();
});

it("dags test does it, and the run that it makes keeps its own", async () => {
  const root = copyFixture("dags-test");
  const builds = join(root, ".dagwright", "builds");
  mkdirSync(join(builds, "old"), { recursive: true });
  utimesSync(join(builds, "old"), new Date(0), new Date(0));
  expect(await dagsTest("report", [], { cwd: root })).toMatchObject({ runState: "success" });
  expect(readdirSync(builds)).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
});
