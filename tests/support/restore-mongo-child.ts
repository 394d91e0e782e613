// A restore in a process of its own, from the built package: one that can be killed.

import { type ChildProcess, spawn } from "node:child_process";
import type { Connection } from "../../runtime/connections/connection.ts";
import type { S3Object } from "../../runtime/streams/s3-object.ts";

const built = (path: string) => JSON.stringify(new URL(`../../dist/runtime/${path}`, import.meta.url));

const script = `
import { Dag } from ${built("dag/dag.js")};
import { runTask } from ${built("context.js")};
import { restoreMongo } from ${built("operators/index.js")};

const { connections, object } = JSON.parse(process.env.WORK);
const context = { dagId: "d", taskId: "t", runId: "r", mapIndex: -1, tryNumber: 1, signal: new AbortController().signal };
const getConnectionOrThrow = async (id) => connections.find((connection) => connection.id === id);
const task = { context, client: { getConnectionOrThrow }, reportProgress: () => {} };
const find = new Dag("any").task("find", () => object)();
await runTask(task, () => restoreMongo({ object: find, from: "test_s3", to: "test_mongo" }).execute({ object }));
`;

/** @param path on which mongorestore is. */
export function restoreInChild(
  work: { connections: readonly Connection[]; object: S3Object },
  path: string,
): ChildProcess {
  const env = { ...process.env, PATH: path, WORK: JSON.stringify(work) };
  return spawn(process.execPath, ["--input-type=module", "--eval", script], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
}
