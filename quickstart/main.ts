// The main job, as a newcomer sees it: two real PostgreSQL servers, a dump, and the commands that one would type, one after the other.
// Leaves nothing behind but the project's own files; Ctrl-C at any moment stops the servers, too.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseConnection } from "../runtime/connections/parse-connection.ts";
import { connectPostgres } from "../runtime/connections/postgres.ts";
import { showComparison } from "./compare.ts";
import { type EmbeddedPostgres, startPostgres } from "./embedded-postgres.ts";
import { freePort } from "./free-port.ts";
import { projectRoot } from "./project-root.ts";
import { runCommand } from "./run-command.ts";
import { writeSamplePagila } from "./sample-pagila.ts";
import { showScheduler } from "./show-scheduler.ts";

const dataFolder = join(projectRoot, "include", "pagila");
const next = `

What to try next:
  less dags/load-pagila.ts                       what you would write
  less build/dags/load_pagila_to_postgres.py     what Airflow would run
  npx dagwright --help                           every command
  npx dagwright tasks logs load_pagila_to_postgres load_data_streaming`;

const servers: EmbeddedPostgres[] = [];
let isInterrupted = false;

// The command that runs gets the signal, too, from the terminal; it ends its tasks, and then we go on to the end.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    isInterrupted = true;
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 2;
} finally {
  await Promise.all(servers.map((server) => server.stop()));
}
if (isInterrupted) process.exitCode = 130;

async function main(): Promise<number> {
  const started = Date.now();
  await prepareData();
  const [source, target] = await startServers();
  const environment = {
    AIRFLOW_CONN_PAGILA_POSTGRES: uriOf(source, "pagila"),
    AIRFLOW_CONN_PAGILA_TGT: uriOf(target, "pagila_tgt"),
  };
  const commands = [
    ["lint"],
    ["build"],
    ["dags", "test", "load_pagila_to_postgres"],
    ["dags", "test", "replicate_pagila_to_target"],
  ];
  for (const command of commands) {
    if (isInterrupted) return 130;
    const exitCode = await runCommand(command, environment);
    if (exitCode !== 0) return exitCode;
  }
  if (isInterrupted) return 130;
  const isScheduled = await showScheduler(environment, () => isInterrupted);
  if (isInterrupted) return 130;
  const isSame = await showComparison(environment.AIRFLOW_CONN_PAGILA_POSTGRES, environment.AIRFLOW_CONN_PAGILA_TGT);
  console.log(`\nEverything took ${((Date.now() - started) / 1000).toFixed(1)} s.${isSame && isScheduled ? next : ""}`);
  return isSame && isScheduled ? 0 : 1;
}

async function prepareData(): Promise<void> {
  if (["schema.sql", "data.sql"].every((file) => existsSync(join(dataFolder, file)))) {
    console.log("Data: the dump in include/pagila");
    return;
  }
  await writeSamplePagila(dataFolder, { seed: 1 });
  console.log("Data: a sample dump, generated into include/pagila (put the real Pagila files there to use them)");
}

async function startServers(): Promise<[EmbeddedPostgres, EmbeddedPostgres]> {
  const start = async (version: 16 | 18, superuser: string, wantedPort: number) => {
    const server = await startPostgres({ version, superuser, port: await freePort(wantedPort) });
    servers.push(server);
    await createDatabase(uriOf(server, "postgres"), superuser);
    console.log(`PostgreSQL ${version} on port ${server.port}`);
    return server;
  };
  return Promise.all([start(16, "pagila", 5433), start(18, "pagila_tgt", 5444)]);
}

async function createDatabase(uri: string, name: string): Promise<void> {
  const session = await connectPostgres(parseConnection("server", uri), { applicationName: "dagwright quickstart" });
  await session.query(`CREATE DATABASE ${name}`);
  await session.end();
}

function uriOf(server: EmbeddedPostgres, database: string): string {
  return `postgres://${server.superuser}:${encodeURIComponent(server.password)}@127.0.0.1:${server.port}/${database}`;
}
