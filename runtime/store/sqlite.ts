// The SQLite module that fits this Node: decision 4 tells why there are two. The one importer of its driver.

import { createRequire } from "node:module";
import type Database from "better-sqlite3";
import { KnownError } from "../errors.ts";

export type Sqlite = typeof Database;
export type Statement = Database.Statement<unknown[]>;

const major = Number(process.versions.node.split(".")[0]);
const isNodeApi = major >= 22;
const packageName = isNodeApi ? "better-sqlite3-node-api" : "better-sqlite3";

/** @throws Error of Node when it is not installed, or was compiled for another Node: see `explainModuleError`. */
export function loadSqlite(): Sqlite {
  return createRequire(import.meta.url)(packageName) as Sqlite;
}

/** Undefined for an error of another kind. */
export function explainModuleError(error: Error): KnownError | undefined {
  const text = `${(error as { code?: string }).code} ${error}`;
  const isMissing = /Cannot find module 'better-sqlite3/.test(text);
  if (!isMissing && !/NODE_MODULE_VERSION|ERR_DLOPEN_FAILED|bindings file/.test(text)) return undefined;
  const tools = isNodeApi ? "" : " (compiling it needs make, g++ and python3)";
  const command = isMissing || isNodeApi ? "npm install" : `npm rebuild ${packageName}`;
  return new KnownError(
    {
      what: "the SQLite module was not installed for this Node",
      found: `Node ${process.version}`,
      remedy: `Run \`${command}\` with the Node that runs dagwright${tools}`,
      isRetryable: false,
    },
    { cause: error },
  );
}
