// A restore in a process of its own, from the built package: to be killed, and to be measured.

import { type ChildProcess, spawn } from "node:child_process";
import type { Connection } from "../../runtime/connections/connection.ts";
import type { PostgresRestore } from "../../runtime/operators/restore/restore-archive.ts";
import type { S3Object } from "../../runtime/streams/s3-object.ts";
import { postgresBin } from "./postgres-tools.ts";

export interface ChildRestore {
  readonly result: PostgresRestore;
  /** Of the task's process, without the tool's. */
  readonly peakMb: number;
}

const built = (path: string) => JSON.stringify(new URL(`../../dist/runtime/${path}`, import.meta.url));

const script = `
import { runTask } from ${built("context.js")};
import { Dag } from ${built("dag/dag.js")};
import { restorePostgres, s3LatestObject } from ${built("operators/index.js")};
import { peakMb } from ${JSON.stringify(new URL("./peak-memory.mjs", import.meta.url))};

const { connections, object, toolFolder, target } = JSON.parse(process.env.RESTORE);
const context = { dagId: "test_dag", taskId: "test_task", runId: "r", mapIndex: -1, tryNumber: 1, signal: new AbortController().signal };
const getConnectionOrThrow = async (id) => connections.find((connection) => connection.id === id);
const task = { context, client: { getConnectionOrThrow }, reportProgress: () => {} };
const newest = new Dag("d").run("find", s3LatestObject({ bucket: "b" }));
const operator = restorePostgres({ object: newest, from: "test_s3", to: target, toolFolder });
const result = await runTask(task, () => operator.execute({ object }));
console.error("done " + JSON.stringify({ result, peakMb: peakMb() }));
`;

export function restoreInChild(
  object: S3Object,
  target: Connection,
  s3: Connection,
): { child: ChildProcess; done: Promise<ChildRestore> } {
  const given = { connections: [target, s3], object, toolFolder: postgresBin(18), target: target.id };
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...process.env, RESTORE: JSON.stringify(given) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const done = new Promise<ChildRestore>((resolve, reject) => {
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.once("close", (code, signal) => {
      const json = /^done (.*)$/m.exec(said)?.[1];
      if (json) resolve(JSON.parse(json) as ChildRestore);
      else reject(new Error(`ended with ${code ?? signal}: ${said.slice(-2_000)}`));
    });
  });
  return { child, done };
}
