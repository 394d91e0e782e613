// A copy from `source` to `target` in a process of its own, from the built package: what counts there is the memory of a task process,
// not that of the test runner, and it can be killed.

import { type ChildProcess, execFile } from "node:child_process";
import type { TestDatabase } from "./databases.ts";

export interface ChildCopy {
  readonly bytes: number;
  readonly peakMb: number;
}

const built = (path: string) => JSON.stringify(new URL(`../../dist/runtime/${path}`, import.meta.url));

const script = `
import { runTask } from ${built("context.js")};
import { copyTables } from ${built("operators/index.js")};

const connections = JSON.parse(process.env.CONNECTIONS);
const context = { dagId: "d", taskId: "t", runId: "r", mapIndex: -1, tryNumber: 1, signal: new AbortController().signal };
const getConnectionOrThrow = async (id) => connections.find((connection) => connection.id === id);
const task = { context, client: { getConnectionOrThrow }, reportProgress: () => {} };
const { bytes } = await runTask(task, () => copyTables({ from: "source", to: "target" }).execute({}));
console.error(JSON.stringify({ bytes, peakMb: process.resourceUsage().maxRSS / 1024 }));
`;

export function copyInChild(
  source: TestDatabase,
  target: TestDatabase,
): { child: ChildProcess; done: Promise<ChildCopy> } {
  const env = { ...process.env, CONNECTIONS: JSON.stringify([source.connection, target.connection]) };
  const args = ["--input-type=module", "--eval", script];
  let child: ChildProcess | undefined;
  const done = new Promise<ChildCopy>((resolve, reject) => {
    child = execFile(process.execPath, args, { env }, (error, _, stderr) =>
      error ? reject(error) : resolve(JSON.parse(stderr) as ChildCopy),
    );
  });
  return { child: child!, done };
}
