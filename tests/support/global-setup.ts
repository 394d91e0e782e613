// Started once for the whole test run: the build of the package, and one PostgreSQL 16 and one 18, whose addresses the tests are given.

import { execFileSync } from "node:child_process";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../quickstart/embedded-postgres.ts";
import { airflowVersions } from "./airflow-versions.ts";
import { makePythonEnvironments } from "./python-environments.ts";

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly login: string;
  readonly password: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    postgres16: ServerAddress;
    postgres18: ServerAddress;
    /** Why Python suites cannot run; empty when they can. */
    pythonProblem: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync("npm", ["run", "--silent", "build"], { stdio: ["ignore", "inherit", "inherit"] });
  const pythonProblem = makePythonEnvironments([
    "ruff",
    "hadolint",
    "pytest",
    ...airflowVersions.map((version) => `airflow-${version}`),
  ]).then(
    () => "",
    (error: Error) => error.message,
  );
  const settings = { max_connections: "200", fsync: "off" };
  const [pg16, pg18] = await Promise.all([
    startPostgres({ version: 16, settings }),
    startPostgres({ version: 18, settings }),
  ]);
  const address = (server: typeof pg16) => ({
    host: "127.0.0.1",
    port: server.port,
    login: "postgres",
    password: server.password,
  });
  project.provide("postgres16", address(pg16));
  project.provide("postgres18", address(pg18));
  project.provide("pythonProblem", await pythonProblem);
  return async () => {
    await Promise.all([pg16.stop(), pg18.stop()]);
  };
}
