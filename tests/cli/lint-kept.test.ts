// `lint` twice: what the first one kept is used, whatever happened to the first one.

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mainModule, runCommandLine } from "../support/command-line.ts";
import { copyCorpusCase } from "../support/corpus.ts";

const keptFolder = (root: string) => join(root, ".dagwright", "lint");
const lint = (cwd: string, ...more: string[]) => runCommandLine(["lint", ...more], { cwd });

test("what is shown is the same: text, exit code, reports with rules and pages", async () => {
  const cwd = copyCorpusCase("tags-missing");
  const reporters = ["--reporter", "text", "--reporter", "sarif:a.sarif"];
  const first = await lint(cwd, ...reporters);
  const sarif = readFileSync(join(cwd, "a.sarif"), "utf8");
  expect(first.exitCode).toBe(1);
  expect(readdirSync(keptFolder(cwd)).sort()).toEqual(["parts.json", "result.json"]);
  expect(await lint(cwd, ...reporters)).toEqual(first);
  expect(readFileSync(join(cwd, "a.sarif"), "utf8")).toBe(sarif);
});

test("--no-cache neither uses nor keeps anything", async () => {
  const cwd = copyCorpusCase("tags-missing");
  expect((await lint(cwd, "--no-cache")).exitCode).toBe(1);
  expect(existsSync(keptFolder(cwd))).toBe(false);
  await lint(cwd);
  const path = join(keptFolder(cwd), "result.json");
  writeFileSync(path, readFileSync(path, "utf8").replaceAll("has no tags", "was kept"));
  expect((await lint(cwd)).stdout).toContain("was kept");
  expect((await lint(cwd, "--no-cache")).stdout).toContain("has no tags");
});

test("a DAG file loads the .env of wherever the command is typed", async () => {
  const root = copyCorpusCase("sound");
  const tags = 'process.env.LAX_TEAM ? [] : ["t"]';
  const dag = `new Dag("loads", { tags: ${tags}, defaultArgs: { retries: 2 } });`;
  const load = "try { process.loadEnvFile(); } catch {}";
  writeFileSync(join(root, "dags", "loads.ts"), `import { Dag } from "dagwright";\n${load}\n${dag}\n`);
  const isFound = async (cwd: string) => (await lint(cwd)).stdout.includes('"loads" has no tags');
  expect(await isFound(root)).toBe(false);
  expect(await isFound(root)).toBe(false);
  writeFileSync(join(root, ".env"), "LAX_TEAM=1\n");
  expect(await isFound(root)).toBe(true);
  expect(await isFound(join(root, "dags"))).toBe(false);
});

/** A file whose finding names the round: what is kept of an earlier one shows. */
function writeRound(cwd: string, round: string): string {
  const dag = `new Dag("${round}", { defaultArgs: { retries: 2 } });`;
  writeFileSync(join(cwd, "dags", "round.ts"), `import { Dag } from "dagwright";\n${dag}\n`);
  return `DAG "${round}" has no tags`;
}

test("killed at any moment: the next one is right", async () => {
  const cwd = copyCorpusCase("tags-missing");
  const started = performance.now();
  await lint(cwd);
  const wholeMs = performance.now() - started;
  for (let round = 1; round <= 12; round++) {
    writeRound(cwd, `killed_${round}`);
    await killLint(cwd, (wholeMs * round) / 12);
    // Each second time the same is asked again, which the killed one may have kept.
    const text = writeRound(cwd, round % 2 === 0 ? `killed_${round}` : `next_${round}`);
    const { stdout } = await lint(cwd);
    expect(stdout).toContain(text);
    expect(stdout).toBe((await lint(cwd, "--no-cache")).stdout);
  }
});

test("two at once, over and over: each is right", async () => {
  const cwd = copyCorpusCase("tags-missing");
  for (let round = 1; round <= 4; round++) {
    const text = writeRound(cwd, `round_${round}`);
    const { stdout: expected } = await lint(cwd, "--no-cache");
    expect(expected).toContain(text);
    const found = await Promise.all([lint(cwd), lint(cwd), lint(cwd)]);
    expect(found.map(({ stdout }) => stdout)).toEqual([expected, expected, expected]);
  }
  expect(readdirSync(keptFolder(cwd)).sort()).toEqual(["parts.json", "result.json"]);
});

function killLint(cwd: string, afterMs: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [mainModule, "lint"], { cwd, stdio: "ignore" });
    const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
    child.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
