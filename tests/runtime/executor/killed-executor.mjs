// Starts one bash task with the compiled executor, and waits to be killed.

import { mkdirSync } from "node:fs";
import { startAttempt } from "../../../dist/runtime/executor/start-attempt.js";

const [folder, command] = process.argv.slice(2);
const args = { owner: null, retries: null, retryDelay: null, executionTimeout: null };
mkdirSync(`${folder}/attempt`);
startAttempt({
  dag: { id: "made", defaultArgs: args, tasks: [] },
  task: { id: "bash_task", kind: "bash", command, ...args },
  tryNumber: 1,
  run: { id: "manual__1", logicalDate: null },
  folder: `${folder}/attempt`,
  logFile: `${folder}/log`,
  environment: process.env,
  inheritedEnvironment: process.env,
});
