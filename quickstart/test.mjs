// `npm test`: brings a fresh clone to life, checks types and form, then runs the tests. Arguments go to vitest.

import { spawnSync } from "node:child_process";
import { prepare, root, runNode } from "./prepare.mjs";

prepare();
runNode("check the types", "node_modules/typescript/bin/tsc", "-p", "tsconfig.json");
runNode("check the form", "node_modules/@biomejs/biome/bin/biome", "check", ".");
const vitest = ["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, vitest, { cwd: root, stdio: "inherit" });
process.exitCode = status ?? 1;
