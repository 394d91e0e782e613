// The operator that copies tables, in a real task process, against psql and against what Python DAGs do today. PostgreSQL 16 to 18.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../../quickstart/project-root.ts";
import { type BenchProject, createBenchProject } from "../bench-project.ts";
import type { Benchmark, Candidate, Comparison } from "../benchmark.ts";
import { readLoadingOrder } from "../loading-order.ts";
import { type PagilaData, preparePagilaData } from "../pagila-data.ts";
import { findPsql, psqlIsMissing } from "../peer-versions.ts";
import { makeDriverEnvironment } from "../python-environment.ts";
import { runStep } from "../run-step.ts";
import { type BenchServer, checkSame, fingerprintTables, startServer } from "../servers.ts";

const peers = join(projectRoot, "bench", "peers");

export const replicate: Benchmark = {
  name: "replicate",
  summary: "all tables from PostgreSQL 16 to 18, against psql | psql and psycopg2 with a spooled file",
  rounds: 3,
  setUp: async (atEnd) => {
    const project = createBenchProject(atEnd);
    const python = makeDriverEnvironment();
    const [source, target] = await Promise.all([startServer(16, atEnd), startServer(18, atEnd)]);
    const hasPsql = findPsql() !== undefined;
    const comparisons: Comparison[] = [];
    for (const [index, data] of (await preparePagilaData(atEnd)).entries()) {
      comparisons.push(await compare(data, index, { project, python, source, target, hasPsql }));
    }
    return {
      comparisons,
      versions: versionsOf(python, source, target),
      notes: [
        "the first and psql write with session_replication_role=replica, which takes a superuser and leaves foreign keys unchecked",
        "each replaces all rows, and they are compared after each run; copyTables also compares the tables' columns, sets the " +
          "sequences and refreshes the materialised views, which the others do not",
        ...(hasPsql ? [] : [psqlIsMissing]),
      ],
    };
  },
};

interface Parts {
  readonly project: BenchProject;
  readonly python: string;
  readonly source: BenchServer;
  readonly target: BenchServer;
  readonly hasPsql: boolean;
}

async function compare({ subject, folder }: PagilaData, index: number, parts: Parts): Promise<Comparison> {
  const { project, python, hasPsql } = parts;
  const schema = `schema_${index}`;
  const [source, target] = [parts.source.uriOf(`source_${index}`), parts.target.uriOf("target")];
  await parts.source.createDatabase(`source_${index}`);
  await loadInto(source, ["load_schema", "load_data"], { project, folder });
  await parts.target.createDatabase(schema);
  await loadInto(parts.target.uriOf(schema), ["load_schema"], { project, folder });

  const expected = await fingerprintTables(source);
  const { tables, hasCycle } = await readLoadingOrder(source);
  const environment = { SOURCE: source, TARGET: target };
  const around: Pick<Candidate, "prepare" | "verify"> = {
    prepare: () => parts.target.createDatabase("target", schema),
    verify: async () => checkSame(expected, await fingerprintTables(target)),
  };
  const spooled = (keys: "checked" | "unchecked") => () => [
    { command: python, args: [join(peers, "copy_tables.py"), ...tables], environment: { ...environment, KEYS: keys } },
  ];
  const piped = [{ command: "sh", args: [join(peers, "copy-tables.sh"), ...tables], environment }];
  const own = () => [project.taskStep("replicate", "copy_tables", { connections: { source, target } })];
  return {
    subject,
    candidates: [
      { name: "psycopg2, spooled file", ...around, steps: spooled("unchecked") },
      ...(hasCycle ? [] : [{ name: "psycopg2, spooled file, keys checked", ...around, steps: spooled("checked") }]),
      ...(hasPsql ? [{ name: "psql | psql", ...around, steps: () => piped }] : []),
      { name: "copyTables", ...around, steps: own },
    ],
  };
}

async function loadInto(
  uri: string,
  tasks: readonly string[],
  { project, folder }: { readonly project: BenchProject; readonly folder: string },
): Promise<void> {
  for (const task of tasks) {
    const surroundings = { dataFolder: folder, connections: { target: uri } };
    await runStep(task, project.taskStep("load", task, surroundings));
  }
}

function versionsOf(python: string, source: BenchServer, target: BenchServer): Record<string, string> {
  const psql = findPsql();
  const servers = `${source.version} to ${target.version}`;
  const show = ["-c", "import psycopg2; print(psycopg2.__version__)"];
  const driver = execFileSync(python, show, { encoding: "utf8" }).split(" ")[0]!;
  return { Node: process.versions.node, PostgreSQL: servers, ...(psql && { psql }), psycopg2: driver };
}
