// Python virtual environments from the pinned locks beside `tests/airflow`: Apache Airflow of each version, and the tools that judge
// what is generated: ruff, hadolint, pytest. Made once and kept in `.venv` until a lock changes.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../quickstart/project-root.ts";

const run = promisify(execFile);
const venvs = join(projectRoot, ".venv");
const locks = join(projectRoot, "tests", "airflow", "locks");
/** The installer, itself pinned: it makes an environment in seconds. */
const uvVersion = "0.9.30";

export type AirflowVersion = "3.0.6" | "3.1.8" | "3.2.2" | "3.3.2";

export function pythonIn(environment: string): string {
  return join(venvs, environment, "bin", "python");
}

/** Makes the environments that are missing or stale. @throws Error whose message says in one line why it cannot. */
export async function makePythonEnvironments(names: readonly string[]): Promise<void> {
  const stale = names.filter((name) => !isFresh(name));
  if (stale.length === 0) return;
  await installUv();
  await Promise.all(stale.map(makeEnvironment));
}

async function installUv(): Promise<void> {
  const marker = join(venvs, "uv", `uv-${uvVersion}`);
  if (existsSync(marker)) return;
  mkdirSync(venvs, { recursive: true });
  rmSync(join(venvs, "uv"), { recursive: true, force: true });
  await attempt("python3 -m venv failed (on Debian: apt-get install python3-venv)", "python3", [
    "-m",
    "venv",
    join(venvs, "uv"),
  ]);
  await attempt("pip cannot install uv (is the package index reachable?)", pythonIn("uv"), [
    "-m",
    "pip",
    "install",
    "--quiet",
    `uv==${uvVersion}`,
  ]);
  writeFileSync(marker, "");
}

async function makeEnvironment(name: string): Promise<void> {
  const folder = join(venvs, name);
  rmSync(folder, { recursive: true, force: true });
  const uv = join(venvs, "uv", "bin", "uv");
  await attempt(`uv cannot make the environment ${name}`, uv, ["venv", "--quiet", "--python", "python3", folder]);
  const install = ["pip", "install", "--quiet", "--require-hashes", "--python", pythonIn(name), "-r", lockOf(name)];
  await attempt(`uv cannot install the lock of ${name} (is the package index reachable?)`, uv, install);
  if (name.startsWith("airflow-")) await migrate(name);
  writeFileSync(markerOf(name), hashOf(name));
}

/** An empty metadata database, to be copied for each test: migrating takes seconds. */
async function migrate(name: string): Promise<void> {
  const home = join(venvs, name, "airflow-home");
  mkdirSync(home);
  const environment = {
    PATH: process.env["PATH"],
    HOME: home,
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
  };
  await attempt(
    `airflow db migrate failed in ${name}`,
    join(venvs, name, "bin", "airflow"),
    ["db", "migrate"],
    environment,
  );
}

async function attempt(what: string, command: string, args: string[], environment?: NodeJS.ProcessEnv): Promise<void> {
  try {
    await run(command, args, { env: environment ?? { ...process.env, UV_PYTHON_DOWNLOADS: "never" }, maxBuffer: 64e6 });
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    throw new Error(`${what}: ${(stderr || message).trim().split("\n").at(-1)}`);
  }
}

function isFresh(name: string): boolean {
  return existsSync(markerOf(name)) && readFileSync(markerOf(name), "utf8") === hashOf(name);
}

function markerOf(name: string): string {
  return join(venvs, name, "lock.sha256");
}

function lockOf(name: string): string {
  return join(locks, `${name}.txt`);
}

function hashOf(name: string): string {
  return createHash("sha256")
    .update(readFileSync(lockOf(name)))
    .digest("hex");
}
