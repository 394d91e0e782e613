// Starts many tasks at the same time, and tells how they ended.

import { readFileSync } from "node:fs";
import { startAttempt } from "../../../dist/runtime/executor/start-attempt.js";

const [requestsFile, outlives] = process.argv.slice(2);
const requests = JSON.parse(readFileSync(requestsFile, "utf8"));
const ends = requests.map((request) => startAttempt(request, { outlives: outlives === "true" }).ended);
process.stdout.write(JSON.stringify(await Promise.all(ends)));
