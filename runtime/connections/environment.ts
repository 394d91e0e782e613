// The environment that connections and variables are looked up in: the process's own, over the project's `.env`, over its
// `airflow_settings.yaml`, over what is in the store.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { airflowSettingsFile, readAirflowSettings } from "../airflow-settings.ts";
import { KnownError } from "../errors.ts";
import { type CheckedEnvironmentFile, checkEnvironmentFile } from "./environment-file.ts";
import { connectionEnvironmentName, variableEnvironmentName } from "./environment-names.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export const environmentFile = ".env" as const;

export type Source = "environment" | typeof environmentFile | typeof airflowSettingsFile | "store";

export type Sources = readonly (readonly [Source, Environment])[];

/** Where connections and variables stand, the first one wins. Of `airflow_settings.yaml` Airflow puts them into its database. */
export function readSources(projectRoot: string, own: Environment, stored: Environment = {}): Sources {
  return [
    ["environment", own],
    [environmentFile, readEnvironmentFile(projectRoot)],
    [airflowSettingsFile, readSettings(projectRoot)],
    ["store", stored],
  ];
}

/** What connections and variables are looked up in. @param stored those in the store, by the names of an environment. */
export function loadEnvironment(projectRoot: string, own: Environment, stored: Environment = {}): Environment {
  return merge(readSources(projectRoot, own, stored));
}

/** What a bash task sees: as in Airflow, nothing of what stands in the database. */
export function loadInheritedEnvironment(projectRoot: string, processEnvironment: Environment): Environment {
  return merge(readSources(projectRoot, processEnvironment).filter(([source]) => source !== airflowSettingsFile));
}

function merge(sources: Sources): Environment {
  return Object.assign({}, ...sources.map(([, environment]) => environment).reverse());
}

function readSettings(projectRoot: string): Environment {
  const { connections, variables } = readAirflowSettings(projectRoot);
  return Object.fromEntries([
    ...[...connections].map(([id, text]) => [connectionEnvironmentName(id), text]),
    ...[...variables].map(([key, text]) => [variableEnvironmentName(key), text]),
  ]);
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
