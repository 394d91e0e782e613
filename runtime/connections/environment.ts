// The environment that connections and variables are looked up in: the process's own, over the project's `.env`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { KnownError } from "../errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export const environmentFile = ".env" as const;

/** Variables of the process win over the file's. */
export function loadEnvironment(projectRoot: string, processEnvironment: Environment): Environment {
  return { ...readEnvironmentFile(projectRoot), ...processEnvironment };
}

/** Empty when there is no file. @throws KnownError when it cannot be read. */
export function readEnvironmentFile(projectRoot: string): Environment {
  const path = join(projectRoot, environmentFile);
  try {
    return parseEnv(readFileSync(path, "utf8").replace(/^\ufeff/, "")) as Environment;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return {};
    const remedy = "Make it a readable file of NAME='value' lines, or remove it";
    throw new KnownError({
      what: "the file .env cannot be read",
      where: path,
      found: message,
      remedy,
      isRetryable: false,
    });
  }
}
