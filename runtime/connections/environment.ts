// The environment that connections and variables are looked up in: the process's own, over the project's `.env`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { KnownError } from "../errors.ts";
import { type CheckedEnvironmentFile, checkEnvironmentFile } from "./environment-file.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export const environmentFile = ".env" as const;

/** Variables of the process win over the file's. */
export function loadEnvironment(projectRoot: string, processEnvironment: Environment): Environment {
  return { ...readEnvironmentFile(projectRoot), ...processEnvironment };
}

/** Empty when there is no file. @throws KnownError when it cannot be read, or a line of Airflow's in it is not what it seems. */
export function readEnvironmentFile(projectRoot: string): Environment {
  const { text, problems } = checkFile(projectRoot);
  const error = problems.find(({ isError }) => isError);
  if (error === undefined) return parseEnv(text) as Environment;
  throw new KnownError({
    what: "a connection or variable cannot be read",
    where: `${environmentFile}:${error.line}`,
    found: error.text,
    remedy: error.remedy,
    isRetryable: false,
  });
}

/** One sentence for each other line that says nothing to the reader of `.env`, or not what it seems to say. */
export function findEnvironmentFileWarnings(projectRoot: string): string[] {
  const warnings = checkFile(projectRoot).problems.filter(({ isError }) => !isError);
  return warnings.map(({ line, text, remedy }) => `${environmentFile}:${line}: ${text}. ${remedy}`);
}

function checkFile(projectRoot: string): CheckedEnvironmentFile {
  const path = join(projectRoot, environmentFile);
  try {
    return checkEnvironmentFile(readFileSync(path, "utf8").replace(/^\ufeff/, ""));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return checkEnvironmentFile("");
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
