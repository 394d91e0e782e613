// hadolint from its pinned environment: what it thinks of a Dockerfile, with its own defaults.

import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { pythonIn } from "./python-environments.ts";

/** Of any image whose user has a name: the one of Astro Runtime has no number that is documented. */
const namedUser = "DL3066";

/** Resolves to what it complains about; empty when it has nothing to say. */
export function hadolint(dockerfile: string): Promise<string> {
  const command = join(dirname(pythonIn("hadolint")), "hadolint");
  return new Promise((resolve) => {
    execFile(command, ["--no-color", "--ignore", namedUser, dockerfile], (error, stdout, stderr) =>
      resolve(error ? stdout + stderr : ""),
    );
  });
}
