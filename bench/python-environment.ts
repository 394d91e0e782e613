// The Python of the compared: a virtual environment with the pinned driver, made once below `.venv`; and Airflow's, which the tests make.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../quickstart/project-root.ts";

const environments = join(projectRoot, ".venv");

/** Returns its Python. @throws Error when the driver cannot be installed. */
export function makeDriverEnvironment(): string {
  const folder = join(environments, "bench");
  const requirements = join(projectRoot, "bench", "requirements.txt");
  const installed = join(folder, "requirements.txt");
  const wanted = readFileSync(requirements, "utf8");
  const python = join(folder, "bin", "python");
  if (existsSync(installed) && readFileSync(installed, "utf8") === wanted) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(environments, { recursive: true });
  execFileSync("python3", ["-m", "venv", folder]);
  const options = ["--quiet", "--disable-pip-version-check", "--only-binary=:all:", "--require-hashes"];
  execFileSync(python, ["-m", "pip", "install", ...options, "-r", requirements]);
  writeFileSync(installed, wanted);
  return python;
}

/** Where pytest can be imported from; undefined before `npm test` has made its environment. */
export function findPytest(): string | undefined {
  const python = join(environments, "pytest", "bin", "python");
  if (!existsSync(python)) return undefined;
  const code = "import pathlib, pytest\nprint(pathlib.Path(pytest.__file__).parents[1])";
  return execFileSync(python, ["-c", code], { encoding: "utf8" }).trim();
}

/** The one that measurements compare with. */
export const airflowVersion = "3.3.2";
export const airflowIsMissing = `Airflow is left out: npm test makes .venv/airflow-${airflowVersion}, which is not there`;

/** The folder of the tests' environment; undefined before `npm test` has made it. */
export function findAirflow(version: string): string | undefined {
  const folder = join(environments, `airflow-${version}`);
  return existsSync(join(folder, "airflow-home", "airflow.db")) ? folder : undefined;
}
