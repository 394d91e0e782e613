// One DAG with a mistake does not stop the others: `dags list` and `dags test` go on with the sound ones, `build` does not.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { createFolder } from "../support/built-project.ts";
import { runCommandLine } from "../support/command-line.ts";

function projectWith(dags: Readonly<Record<string, string>>): string {
  const root = createFolder();
  for (const [name, text] of Object.entries(dags)) {
    const path = join(root, "dags", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `import { Dag } from "dagwright";\n${text}`);
  }
  return root;
}

const sound = 'new Dag("sound", { startDate: "2024-01-01" }).bash("say", "echo hello");\n';
const others = {
  "throws.ts": 'throw new Error("no");\n',
  "unresolved.ts": 'import "./nowhere.ts";\n',
  "invalid.ts": 'new Dag("invalid", { startDate: "2024-01-01", maxActiveRuns: -1 }).empty("a");\n',
  "factory/make.ts":
    'export const make = (id: string, retries: number) => new Dag(id, { defaultArgs: { retries } }).empty("a");\n',
  "factory/used.ts": 'import { make } from "./make.ts";\nmake("made_unsound", -1);\n',
  "twice-a.ts": 'new Dag("twice", {}).empty("a");\n',
  "twice-b.ts": 'new Dag("Twice", {}).empty("a");\n',
};
const root = projectWith({ "sound.ts": sound, ...others });
const run = (...args: string[]) => runCommandLine(args, { cwd: root });

it("dags list shows the sound ones, and says that there are others", async () => {
  const { exitCode, stdout, stderr } = await run("dags", "list", "-o", "json");
  expect((JSON.parse(stdout) as { dag_id: string }[]).map(({ dag_id }) => dag_id)).toEqual(["sound"]);
  expect(stderr).toBe("warning: 6 DAG files left out for errors: run `npx dagwright lint`\n");
  expect(exitCode).toBe(0);
});

it("dags test runs a sound one", async () => {
  const { exitCode, stdout, stderr } = await run("dags", "test", "sound");
  expect(stderr).toContain("warning: 6 DAG files left out for errors");
  expect(stdout).toContain("sound success");
  expect(exitCode).toBe(0);
});

it.each(["invalid", "made_unsound", "twice", "Twice", "nowhere"])("dags test of %s shows every error", async (id) => {
  const { exitCode, stdout, stderr } = await run("dags", "test", id);
  expect(stdout).toBe("");
  for (const part of ["throws.ts", "unresolved.ts", "maxActiveRuns", "retries", '"twice"'])
    expect(stderr).toContain(part);
  expect(exitCode).toBe(1);
});

it("build writes nothing", async () => {
  const { exitCode, stderr } = await run("build");
  expect(stderr).toContain("maxActiveRuns");
  expect(exitCode).toBe(1);
});
