// The operator that restores an archive from S3, in a real task process, against the plain pipe: curl of the same bytes from the same server into
// the same pg_restore. Uncompressed archives: with compressed ones pg_restore unpacks, and whoever passes bytes on has less of them to pass.

import { execFile, execFileSync } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import type { S3Object } from "../../runtime/streams/s3-object.ts";
import { startMoto } from "../../tests/support/moto.ts";
import { postgresBin } from "../../tests/support/postgres-tools.ts";
import { makePythonEnvironments } from "../../tests/support/python-environments.ts";
import { type BenchProject, createBenchProject } from "../bench-project.ts";
import type { Benchmark, Comparison } from "../benchmark.ts";
import { ask, type BenchServer, checkSame, fingerprintTables, startServer } from "../servers.ts";

/** Of the archive, in MB. */
const sizes = [250, 1_000];
/** Of a row as COPY writes it: a number and random text that nothing compresses well. */
const rowBytes = 1_000;

export const restore: Benchmark = {
  name: "restore",
  summary: "archives of 250 and 1,000 MB, or --sizes, from S3 into PostgreSQL 18, against curl | pg_restore",
  rounds: 3,
  sizes,
  setUp: async (atEnd, chosen) => {
    await makePythonEnvironments(["postgres-tools", "moto"]);
    const project = createBenchProject(atEnd);
    const folder = mkdtempSync(join(tmpdir(), "dagwright-bench-restore-"));
    atEnd(async () => rmSync(folder, { recursive: true, force: true }));
    const [server, s3] = await Promise.all([startServer(18, atEnd), startMoto()]);
    atEnd(() => s3.stop());
    const comparisons: Comparison[] = [];
    for (const megabytes of chosen) {
      comparisons.push(await compare(megabytes, { project, folder, server, url: s3.url }));
    }
    const version = execFileSync(join(postgresBin(18), "pg_restore"), ["--version"], { encoding: "utf8" });
    return {
      comparisons,
      versions: {
        Node: process.versions.node,
        PostgreSQL: server.version,
        pg_restore: version.trim().split(" ").at(-1)!,
      },
      notes: [
        "both read from moto in memory; the pipe restores into an empty database that is there already, and its exit code is all that is looked at",
        "restorePostgres also starts Node, judges the archive and hashes all bytes; fresh, it creates a database, analyzes and swaps it, and drops the " +
          "old one, for which the server first writes everything to disk (a checkpoint)",
        "peak memory of the pipe is pg_restore's or curl's, of the other Node's or pg_restore's, whichever is larger",
      ],
    };
  },
};

interface Parts {
  readonly project: BenchProject;
  readonly folder: string;
  readonly server: BenchServer;
  readonly url: string;
}

async function compare(megabytes: number, { project, folder, server, url }: Parts): Promise<Comparison> {
  const name = `source_${megabytes}`;
  await server.createDatabase(name);
  const source = server.uriOf(name);
  await fill(source, Math.ceil((megabytes * 1e6) / rowBytes));
  const expected = await fingerprintTables(source);
  const file = join(folder, `${name}.dump`);
  const dump = ["--format=custom", "--compress=0", `--file=${file}`, source];
  await promisify(execFile)(join(postgresBin(18), "pg_dump"), dump);
  // The archive is all that is needed from here on, and the disk may be small.
  await ask(server.uriOf("postgres"), `DROP DATABASE ${name}`);
  const object = await upload(url, file);
  rmSync(file);

  const target = server.uriOf("target");
  const around = {
    prepare: () => server.createDatabase("target"),
    verify: async () => checkSame(expected, await fingerprintTables(target)),
  };
  const path = `${postgresBin(18)}${delimiter}${process.env["PATH"]}`;
  const options = "--verbose --clean --if-exists --no-acl --no-owner";
  const pipe = `set -o pipefail; curl -sSf "$URL" | pg_restore ${options} --dbname="$TARGET" 2>/dev/null`;
  const surroundings = {
    connections: { target, s3: `aws://key:secret@/?endpoint_url=${encodeURIComponent(url)}&region_name=us-east-1` },
    xcoms: { object },
    conf: { confirm: "restore" },
  };
  const own = (task: string) => {
    const step = project.taskStep("restore", task, surroundings);
    return [{ ...step, environment: { ...step.environment, PATH: path } }];
  };
  return {
    subject: `${megabytes} MB`,
    candidates: [
      {
        name: "curl | pg_restore",
        ...around,
        steps: () => [
          {
            command: "bash",
            args: ["-c", pipe],
            environment: { PATH: path, URL: `${url}/${object.bucket}/${object.key}`, TARGET: target },
          },
        ],
      },
      { name: "restorePostgres, in place", ...around, steps: () => own("restore_in_place") },
      { name: "restorePostgres, fresh", ...around, steps: () => own("restore") },
    ],
  };
}

async function fill(uri: string, rows: number): Promise<void> {
  const text = "(SELECT string_agg(md5(random()::text || g || j), '') FROM generate_series(1, 31) j)";
  await ask(uri, `CREATE TABLE big AS SELECT g AS id, ${text} AS body FROM generate_series(1, ${rows}) g`);
  await ask(uri, "ALTER TABLE big ADD PRIMARY KEY (id)");
}

/** As one request of a known length, so that nothing is held here. */
async function upload(url: string, file: string): Promise<S3Object> {
  const { size } = statSync(file);
  const key = `${file.split("/").at(-1)}`;
  await put(`${url}/bench`, 0);
  const { etag } = await put(`${url}/bench/${key}`, size, file);
  return { bucket: "bench", key, etag, size, lastModified: new Date().toISOString() };
}

async function put(url: string, size: number, file?: string): Promise<{ sent: boolean; etag: string }> {
  const sending = request(url, { method: "PUT", headers: { "content-length": size, "x-amz-acl": "public-read" } });
  const answered = new Promise<{ sent: boolean; etag: string }>((resolve, reject) => {
    sending.once("error", reject);
    sending.once("response", (response) => {
      response.resume();
      const { statusCode = 0, headers } = response;
      if (statusCode < 300) resolve({ sent: true, etag: String(headers.etag ?? "").replaceAll('"', "") });
      else reject(new Error(`PUT ${url}: ${statusCode}`));
    });
  });
  if (file === undefined) sending.end();
  else await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), sending);
  return answered;
}
