// Where connections and variables come from: `AIRFLOW_CONN_<ID>` and `AIRFLOW_VAR_<KEY>` of an environment that is handed in.
// Loading it, with the project's `.env` and `airflow_settings.yaml`, is in environment.ts.

import { didYouMean } from "../did-you-mean.ts";
import { KnownError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { unreadableConnection } from "./connection-parts.ts";
import type { Environment, Source, Sources } from "./environment.ts";
import {
  connectionEnvironmentName,
  connectionPrefix,
  variableEnvironmentName,
  variablePrefix,
} from "./environment-names.ts";
import { parseConnection } from "./parse-connection.ts";
import { hasUnescapedPassword } from "./unescaped.ts";

/** An empty text is none, as in Airflow. */
export function findConnectionText(id: string, environment: Environment): string | undefined {
  return environment[connectionEnvironmentName(id)] || undefined;
}

/** @throws KnownError when its text cannot be read, or very likely means something else than Airflow would read. */
export function findConnection(id: string, environment: Environment): Connection | undefined {
  const text = findConnectionText(id, environment);
  if (text === undefined) return undefined;
  if (hasUnescapedPassword(text)) {
    const found = "its password holds a /, ? or # as it is, and would be taken for host, port and schema";
    const remedy = `Percent-encode login and password (/ is %2F, ? is %3F, # is %23, @ is %40, % is %25): ${percentEncoded}`;
    throw unreadableConnection(id, found, remedy);
  }
  return parseConnection(id, text);
}

/** What `a/b` looks like as a password. */
const percentEncoded = "postgres://user:a%2Fb@host:5432/database";

/** @throws KnownError (not retryable) naming where it was looked for and the line to add. */
export function getConnection(id: string, environment: Environment): Connection {
  const connection = findConnection(id, environment);
  if (connection) return connection;
  const variable = connectionEnvironmentName(id);
  throw new KnownError({
    what: `the connection ${id} does not exist${didYouMean(id, listConnections(environment))}`,
    where: `looked for ${variable} in the environment and in the project's .env, and for its id in airflow_settings.yaml`,
    remedy: `Add a line to .env: ${variable}='TYPE://user:password@host:port/database', with postgres, mongo or aws as its type`,
    isRetryable: false,
  });
}

/** Where a connection that exists is defined. */
export function sourceOf(id: string, sources: Sources): Source | undefined {
  return sources.find(([, environment]) => findConnectionText(id, environment) !== undefined)?.[0];
}

/** Ids in lower case: the environment does not keep their case. */
export function listConnections(environment: Environment): string[] {
  return listNames(connectionPrefix, environment).filter((id) => findConnectionText(id, environment) !== undefined);
}

/** An empty text is a value, as in Airflow. */
export function findVariable(key: string, environment: Environment): string | undefined {
  return environment[variableEnvironmentName(key)];
}

/** @throws KnownError (not retryable) naming where it was looked for and the line to add. */
export function getVariable(key: string, environment: Environment): string {
  const value = findVariable(key, environment);
  if (value !== undefined) return value;
  const variable = variableEnvironmentName(key);
  throw new KnownError({
    what: `the variable ${key} does not exist${didYouMean(key, listVariables(environment))}`,
    where: `looked for ${variable} in the environment and in the project's .env, and for its key in airflow_settings.yaml and in the store`,
    remedy: `Add a line to .env: ${variable}='value', or npx dagwright variables set ${key} VALUE`,
    isRetryable: false,
  });
}

export function listVariables(environment: Environment): string[] {
  return listNames(variablePrefix, environment);
}

function listNames(prefix: string, environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && name.length > prefix.length && environment[name] !== undefined)
    .map((name) => name.slice(prefix.length).toLowerCase())
    .sort();
}
