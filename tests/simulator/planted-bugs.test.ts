// Bugs are planted into the scheduler, one after the other: the simulator has to find each.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { expect, it } from "vitest";
import { createFolder } from "../support/built-project.ts";
import { type Bug, bugs } from "./bugs-to-plant.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const seeds = 400;
/** A bug that makes it turn for ever is found, too. */
const limitMs = 60_000;

async function runLives(bug: Bug | undefined): Promise<string> {
  // Below the repository: it needs the native module.
  const outfile = join(root, "node_modules", ".cache", "planted-bugs", `${createFolder().split("-").at(-1)}.mjs`);
  await build({
    entryPoints: [join(root, "tests/simulator/lives-until-broken.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    plugins: bug === undefined ? [] : [plant(bug)],
  });
  return new Promise((resolve) => {
    const options = { timeout: limitMs, killSignal: "SIGKILL" } as const;
    execFile(process.execPath, [outfile, String(bug === undefined ? 20 : seeds)], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else resolve(error.killed ? "it did not come to an end" : `it failed: ${stderr.slice(0, 2_000)}`);
    });
  });
}

function plant({ file, find, replace }: Bug): Plugin {
  return {
    name: "planted bug",
    setup: ({ onLoad }) => {
      onLoad({ filter: /runtime\/.*\.ts$/ }, ({ path }) => {
        if (relative(join(root, "runtime"), path) !== file) return undefined;
        const source = readFileSync(path, "utf8");
        if (source.split(find).length !== 2) throw new Error(`${file} does not hold once: ${find}`);
        return { contents: source.replace(find, () => replace), loader: "ts" };
      });
    },
  };
}

it("finds nothing where no bug is planted", async () => {
  expect(await runLives(undefined)).toBe("");
});

it.concurrent.each(bugs.map((bug) => [bug.name, bug] as const))(
  "finds: %s",
  async (_, bug) => {
    expect(await runLives(bug)).not.toBe("");
  },
  2 * limitMs,
);

it("are at least twenty", () => {
  expect(bugs.length).toBeGreaterThanOrEqual(20);
});
