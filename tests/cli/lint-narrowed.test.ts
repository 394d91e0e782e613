// `lint` on a project that is not clean yet: a baseline takes out what was there, --changed what was not touched.

import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommandLine } from "../support/command-line.ts";
import { copyCorpusCase } from "../support/corpus.ts";

const untagged = (id: string) => `\nnew Dag("${id}", { defaultArgs: { retries: 2 } });\n`;

describe("--update-baseline", () => {
  it("writes what is there; only what is new shows, and what is no more is told", async () => {
    const cwd = copyCorpusCase("tags-missing");
    const file = join(cwd, "dags", "tags.ts");
    expect(await runCommandLine(["lint", "--update-baseline"], { cwd })).toEqual({
      exitCode: 0,
      stdout: "3 DAGs in 1 file: no problems\n",
      stderr: "",
    });
    appendFileSync(file, untagged("new_one"));
    const { exitCode, stdout } = await runCommandLine(["lint"], { cwd });
    expect({ exitCode, summary: stdout.split("\n").at(-2) }).toEqual({
      exitCode: 1,
      summary: "1 problem (1 error, 0 warnings) in 1 file",
    });
    writeFileSync(file, readFileSync(file, "utf8").replace(/new Dag\("none".*\n/, ""));
    const { stderr } = await runCommandLine(["lint"], { cwd });
    expect(stderr).toBe("1 finding of dagwright-baseline.json no more: npx dagwright lint --update-baseline\n");
  });

  it.each(["{", "[]", '{"version": 2, "findings": {}}', '{"version": 1, "findings": {"a": {"b": {"c": "d"}}}}'])(
    "a baseline that is none is refused: %s",
    async (text) => {
      const cwd = copyCorpusCase("tags-missing");
      writeFileSync(join(cwd, "dagwright-baseline.json"), text);
      const { exitCode, stderr } = await runCommandLine(["lint"], { cwd });
      expect({ exitCode, stderr }).toEqual({
        exitCode: 2,
        stderr: expect.stringMatching(
          /^error: the file is no baseline \(dagwright-baseline.json\): .*\n {2}fix: Write it/,
        ),
      });
    },
  );
});

describe("--changed", () => {
  it("shows what is in files that are changed, staged or not tracked", async () => {
    const cwd = copyCorpusCase("tags-missing");
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd });
    const head = 'import { Dag } from "dagwright";\n';
    for (const name of ["touched", "staged"]) writeFileSync(join(cwd, "dags", `${name}.ts`), head + untagged(name));
    git("init", "-q");
    git("add", "-A");
    git("commit", "-q", "-m", "all");
    const lint = async () => {
      const { stdout } = await runCommandLine(["lint", "--changed", "--reporter", "json"], { cwd });
      const files: string[] = JSON.parse(stdout).diagnostics.map(({ file }: { file: string }) => file);
      return [...new Set(files)];
    };
    expect(await lint()).toEqual([]);
    appendFileSync(join(cwd, "dags", "touched.ts"), "\n");
    appendFileSync(join(cwd, "dags", "staged.ts"), "\n");
    git("add", "dags/staged.ts");
    writeFileSync(join(cwd, "dags", "untracked ü.ts"), head + untagged("untracked"));
    expect(await lint()).toEqual(["dags/staged.ts", "dags/touched.ts", "dags/untracked ü.ts"]);
  });

  it("shows what a changed module does to the files that import it, anew and kept", async () => {
    const cwd = copyCorpusCase("sound");
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd });
    const options = '{ startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries } }';
    const write = (name: string, text: string) => writeFileSync(join(cwd, "dags", name), text);
    write("shared.ts", "export const retries = 2;\n");
    write("between.ts", 'export { retries } from "./shared.ts";\n');
    const dag = `import { Dag } from "dagwright";\nimport { retries } from "./between.ts";\nnew Dag("user", ${options}).empty("a");\n`;
    write("user.ts", dag);
    writeFileSync(join(cwd, ".gitignore"), ".dagwright\n");
    git("init", "-q");
    git("add", "-A");
    git("commit", "-q", "-m", "all");
    write("shared.ts", "export const retries = 0;\n");
    for (const _ of ["anew", "kept"]) {
      const { exitCode, stdout } = await runCommandLine(["lint", "--changed"], { cwd });
      expect(stdout).toMatch(/^dags\/user\.ts:\S+ {2}error {2}retries-minimum .*$/m);
      expect(stdout).toContain("1 problem (1 error, 0 warnings) in 1 file");
      expect(exitCode).toBe(1);
    }
  });

  it("says why where there is no repository", async () => {
    const { exitCode, stderr } = await runCommandLine(["lint", "--changed"], { cwd: copyCorpusCase("sound") });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringMatching(
        /^error: git cannot tell what has changed \(.*\): (fatal|error): .*\n {2}fix: Use --changed in/,
      ),
    });
  });
});
