// The S3 server of the tests: moto, from PyPI, as a process of its own that ends with the one that started it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { projectRoot } from "../../quickstart/project-root.ts";
import { pythonIn } from "./python-environments.ts";

export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param environment settings of moto's: `INITIAL_NO_AUTH_ACTION_COUNT`. */
export async function startMoto(environment: Readonly<Record<string, string>> = {}): Promise<Moto> {
  const program = join(projectRoot, "tests", "support", "moto-server.py");
  const server = spawn(pythonIn("moto"), [program], {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(server, "exit");
  const first = once(createInterface(server.stdout), "line") as Promise<[string]>;
  const [url] = await Promise.race([
    first,
    ended.then(([code]) => Promise.reject(new Error(`moto ended with exit code ${code} before it listened`))),
  ]);
  return {
    url,
    stop: async () => {
      server.stdin.end();
      await ended;
    },
  };
}
