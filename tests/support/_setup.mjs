// tests/support/moto.ts
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join as join2 } from "node:path";
import { createInterface } from "node:readline";

// quickstart/project-root.ts
import { createRequire } from "node:module";
import { dirname } from "node:path";
var projectRoot = dirname(createRequire(import.meta.url).resolve("dagwright/package.json"));

// tests/support/python-environments.ts
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
var run = promisify(execFile);
var venvs = join(projectRoot, ".venv");
var locks = join(projectRoot, "tests", "airflow", "locks");
function pythonIn(environment) {
  return join(venvs, environment, "bin", "python");
}

// tests/support/moto.ts
async function startMoto(environment = {}) {
  const program = join2(projectRoot, "tests", "support", "moto-server.py");
  const server = spawn(pythonIn("moto"), [program], {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["pipe", "pipe", "inherit"]
  });
  const ended = once(server, "exit");
  const first = once(createInterface(server.stdout), "line");
  const [url] = await Promise.race([
    first,
    ended.then(([code]) => Promise.reject(new Error(`moto ended with exit code ${code} before it listened`)))
  ]);
  return {
    url,
    stop: async () => {
      server.stdin.end();
      await ended;
    }
  };
}

// ../../tmp/pf/setup.ts
import { writeFileSync } from "node:fs";
var m = await startMoto();
await fetch(`${m.url}/bench`, { method: "PUT" });
var b = Buffer.alloc(1e9);
for (let i = 0; i < b.length; i += 4096) b.writeUInt32LE(Math.random() * 2 ** 32 >>> 0, i);
var r = await fetch(`${m.url}/bench/big`, { method: "PUT", body: b, headers: { "x-amz-acl": "public-read" } });
writeFileSync("/tmp/pf/url", `${m.url} ${b.length} ${r.headers.get("etag").replaceAll('"', "")}`);
console.log("ready");
setTimeout(() => {
}, 1e9);
