// `npm start` as a newcomer runs it, from a copy of the repository without its history.

import { spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { createFolder } from "../support/built-project.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

describe("npm start", () => {
  it("lints, builds, runs both DAGs, compares, stops its servers; also when its ports are taken, and again", async () => {
    await takePort(5433);
    const copy = copyRepository();
    for (const attempt of ["first", "second"]) {
      const { exitCode, output } = await start(copy);
      expect(exitCode, `${attempt}: ${output}`).toBe(0);
      expect(output).toMatch(/load_pagila_to_postgres success/);
      expect(output).toMatch(/replicate_pagila_to_target success/);
      // Under the scheduler: one started by hand, one by its schedule.
      expect(output).toMatch(/^load_pagila_to_postgres +manual__\S+ +success/m);
      expect(output).toMatch(/^replicate_pagila_to_target +scheduled__\S+ +success/m);
      expect(output).toMatch(/public\.payment +16,049 +16,049 +same/);
      expect(output).not.toMatch(/on port 5433/);
      expect(processesIn(copy)).toEqual([]);
    }
  }, 180_000);

  it("leaves nothing behind on Ctrl-C", async () => {
    const copy = copyRepository();
    const { exitCode, output } = await start(copy, (text, group) => {
      if (/create_schema {2}running/.test(text)) process.kill(-group, "SIGINT");
    });
    expect(exitCode, output).toBe(130);
    expect(output).not.toMatch(/load_pagila_to_postgres success/);
    expect(processesIn(copy)).toEqual([]);
    expect(serversOf(output)).toEqual([]);
  }, 120_000);
});

/** The sources are copied, what npm installed is not: it is the same. */
function copyRepository(): string {
  const copy = createFolder();
  const left = new Set([".git", "node_modules", ".venv", ".dagwright", "include", "build"]);
  cpSync(repository, copy, {
    recursive: true,
    filter: (path) => !left.has(path.slice(repository.length).split("/")[0]!),
  });
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
  return copy;
}

function start(
  cwd: string,
  onOutput?: (text: string, group: number) => void,
): Promise<{ exitCode: number | null; output: string }> {
  return new Promise((resolve) => {
    // A process group of its own, as a terminal gives it: Ctrl-C reaches all of it.
    const child = spawn(process.execPath, ["quickstart/start.mjs"], {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let isDone = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        const before = output;
        if (isDone || !onOutput) return;
        onOutput(before, child.pid!);
        isDone = /create_schema {2}running/.test(before);
      });
    }
    child.once("close", (exitCode) => resolve({ exitCode, output }));
  });
}

function takePort(port: number): Promise<void> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, "127.0.0.1", resolve);
    // Already taken by somebody else: as good.
    server.once("error", () => resolve());
    onTestFinished(() => void server.close());
  });
}

function processesIn(folder: string): string[] {
  return commands().filter((command) => command.includes(folder));
}

function serversOf(output: string): string[] {
  const ports = [...output.matchAll(/on port (\d+)/g)].map((match) => match[1]!);
  return commands().filter(
    (command) => command.includes("postgres") && ports.some((port) => command.includes(` -p ${port} `)),
  );
}

function commands(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    });
}
