// Runs one task that prints much, with a small cap on its log, and tells how much memory that took.

import { readFileSync } from "node:fs";
import { startAttempt } from "../../../dist/runtime/executor/start-attempt.js";

const request = JSON.parse(readFileSync(process.argv[2], "utf8"));
const before = process.resourceUsage().maxRSS;
const end = await startAttempt(request, { outlives: true }).ended;
const grownBytes = (process.resourceUsage().maxRSS - before) * 1024;
process.stdout.write(JSON.stringify({ end, grownBytes }));
