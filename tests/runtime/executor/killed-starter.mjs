// Starts tasks that outlive it, one after the other, as a scheduler does: each is written down before it is started. Waits to be killed.

import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { startAttempt } from "../../../dist/runtime/executor/start-attempt.js";

const [requestsFile, commitsFile] = process.argv.slice(2);
for (const request of JSON.parse(readFileSync(requestsFile, "utf8"))) {
  appendFileSync(commitsFile, `${request.folder}\n`);
  mkdirSync(request.folder, { recursive: true, mode: 0o700 });
  startAttempt(request, { outlives: true });
  await new Promise(setImmediate);
}
setInterval(() => {}, 1_000);
