// The operator that loads a dump, in real task processes, against psql: two files, one transaction each.

import { join } from "node:path";
import type { Fingerprint } from "../../quickstart/fingerprint.ts";
import { type BenchProject, createBenchProject } from "../bench-project.ts";
import type { Benchmark, Candidate, Comparison } from "../benchmark.ts";
import { type PagilaData, preparePagilaData } from "../pagila-data.ts";
import { findPsql, psqlIsMissing } from "../peer-versions.ts";
import { type BenchServer, checkSame, fingerprintTables, startServer } from "../servers.ts";

const database = "loaded";

export const load: Benchmark = {
  name: "load",
  summary: "schema.sql and data.sql into PostgreSQL, against psql",
  rounds: 3,
  setUp: async (atEnd) => {
    const project = createBenchProject(atEnd);
    const server = await startServer(18, atEnd);
    const psql = findPsql();
    const data = await preparePagilaData(atEnd);
    return {
      comparisons: data.map((one) => compare(one, { server, project, hasPsql: psql !== undefined })),
      versions: { Node: process.versions.node, PostgreSQL: server.version, ...(psql && { psql }) },
      notes: [
        "each loads the two files in two processes, one transaction each, into an empty database; content is compared after each run",
        ...(psql ? [] : [psqlIsMissing]),
      ],
    };
  },
};

interface Parts {
  readonly server: BenchServer;
  readonly project: BenchProject;
  readonly hasPsql: boolean;
}

function compare({ subject, folder }: PagilaData, { server, project, hasPsql }: Parts): Comparison {
  const uri = server.uriOf(database);
  const surroundings = { dataFolder: folder, connections: { target: uri } };
  let expected: Fingerprint | undefined;
  const around: Pick<Candidate, "prepare" | "verify"> = {
    prepare: () => server.createDatabase(database),
    verify: async () => {
      const found = await fingerprintTables(uri);
      expected ??= found;
      checkSame(expected, found);
    },
  };
  const peer: Candidate = {
    name: "psql -1 -f",
    ...around,
    steps: () =>
      ["schema.sql", "data.sql"].map((file) => ({
        command: "psql",
        args: ["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", join(folder, file), uri],
      })),
  };
  const own: Candidate = {
    name: "loadSqlDump",
    ...around,
    steps: () => ["load_schema", "load_data"].map((task) => project.taskStep("load", task, surroundings)),
  };
  return { subject, candidates: hasPsql ? [peer, own] : [own] };
}
