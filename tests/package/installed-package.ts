// The package as npm publishes it, installed into an empty project beside nothing of this repository.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createFolder } from "../support/built-project.ts";

export const repository = fileURLToPath(new URL("../../", import.meta.url));
/** Both need npm's cache or its registry. */
const installLimitMs = 120_000;
const node24LimitMs = 60_000;

const dagFile = `import { Dag } from "dagwright";
import { sql } from "dagwright/operators";
import statement from "./statement.sql";

export const dag = new Dag("hello", {
  schedule: "@daily",
  startDate: "2024-01-01",
  tags: ["example"],
  defaultArgs: { retries: 2, retryDelay: 60 },
});

const length: number = statement.length;
const measured = dag.task("measure", () => length)();
dag.task("greet", ({ n }: { n: number }) => \`hello \${n}\`)({ n: measured });

export const later = sql({ connection: "warehouse", text: statement });
`;

/** Returns the project's folder. @throws Error with npm's own words. */
export function installPackage(): string {
  const packed = createFolder();
  const project = createFolder();
  npm(["pack", "--ignore-scripts", "--pack-destination", packed], repository);
  const tarball = join(packed, readdirSync(packed)[0]!);
  writeFileSync(join(project, "package.json"), '{ "name": "user", "private": true, "type": "module" }');
  npm(["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", tarball], project);
  // Compiled already, where this Node needs it: compiling again takes a minute.
  const release = join("node_modules", "better-sqlite3", "build", "Release");
  const module = "better_sqlite3.node";
  if (existsSync(join(repository, release, module))) {
    cpSync(join(repository, release, module), join(project, release, module), { recursive: true });
  }
  mkdirSync(join(project, "dags"));
  writeFileSync(join(project, "dags", "hello.ts"), dagFile);
  writeFileSync(join(project, "dags", "statement.sql"), "SELECT 1;\n");
  return project;
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", args, {
    cwd,
    encoding: "utf8",
    timeout: installLimitMs,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

export function run(command: string, args: readonly string[], cwd: string): Ended {
  try {
    return {
      exitCode: 0,
      output: execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
    };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { exitCode: status, output: stdout + stderr };
  }
}

/** Node 24's program, from npm's cache or registry; undefined where that is out of reach. */
export function findNode24(): string | undefined {
  if (process.versions.node.startsWith("24.")) return process.execPath;
  try {
    const args = ["-y", "-p", "node@24", "node", "-p", "process.execPath"];
    const found = execFileSync("npx", args, {
      encoding: "utf8",
      timeout: node24LimitMs,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return existsSync(found.trim()) ? found.trim() : undefined;
  } catch {
    return undefined;
  }
}
