// Started once for the whole test run: the build of the package, one PostgreSQL 16 and one 18, and an S3 server; the tests are given where
// they are.

import { execFileSync } from "node:child_process";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../quickstart/embedded-postgres.ts";
import { airflowVersions } from "./airflow-versions.ts";
import { type Moto, startMoto } from "./moto.ts";
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
    /** An Airflow connection of type `aws`; empty where there is none. */
    s3: string;
    /** Why suites with S3 cannot run; empty when they can. */
    s3Problem: string;
    /** Why Python suites cannot run; empty when they can. */
    pythonProblem: string;
    /** Why suites with pg_dump and pg_restore cannot run: their wheels are for Linux on x86-64 only. */
    postgresToolsProblem: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync("npm", ["run", "--silent", "build"], { stdio: ["ignore", "inherit", "inherit"] });
  const pythonProblem = makePythonEnvironments([
    "ruff",
    "hadolint",
    "pytest",
    "moto",
    ...airflowVersions.map((version) => `airflow-${version}`),
  ]).then(
    () => "",
    (error: Error) => error.message,
  );
  // Behind the others: both install what installs.
  const postgresToolsProblem = pythonProblem
    .then(() => makePythonEnvironments(["postgres-tools"]))
    .then(
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
  project.provide("postgresToolsProblem", await postgresToolsProblem);
  const given = process.env["DAGWRIGHT_S3_URL"] ?? "";
  const moto = given === "" ? await startMotoUnless(await pythonProblem) : undefined;
  project.provide("s3", typeof moto === "object" ? motoConnection(moto) : given);
  project.provide("s3Problem", typeof moto === "string" ? moto : "");
  return async () => {
    await Promise.all([pg16.stop(), pg18.stop(), typeof moto === "object" ? moto.stop() : undefined]);
  };
}

/** Why it cannot be started, as a text. */
function startMotoUnless(problem: string): Promise<Moto | string> | string {
  return problem === "" ? startMoto().catch((error: Error) => error.message) : problem;
}

/** It takes any keys. */
function motoConnection({ url }: Moto): string {
  const extra = { endpoint_url: url, region_name: "us-east-1" };
  return JSON.stringify({ conn_type: "aws", login: "test-key", password: "test-secret-key", extra });
}
