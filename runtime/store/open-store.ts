// The state of runs: one SQLite file, write-ahead log, safe on power loss.

import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { KnownError } from "../errors.ts";
import { migrations } from "./migrations.ts";
import { explainModuleError, loadSqlite, type Sqlite, type Statement } from "./sqlite.ts";

export type Store = InstanceType<Sqlite>;

/** How long a write waits for another process's. */
const busyLimitMs = 5_000;

/** Opens, creates or migrates. @throws KnownError when the native module does not fit this Node, or the file is newer or no store. */
export function openStore(path: string): Store {
  try {
    return open(path);
  } catch (error) {
    throw explainOpenError(error as Error, path);
  }
}

function open(path: string): Store {
  mkdirSync(dirname(path), { recursive: true });
  // What tasks say and return is in it: its owner's alone. SQLite itself makes it readable for all. One that is there is never opened like this.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) closeSync(openSync(path, "a", 0o600));
  const store = new (loadSqlite())(path, { timeout: busyLimitMs });
  try {
    useWriteAheadLog(store);
    store.pragma("synchronous = FULL");
    // A migration that makes a table anew drops the old one: that must not delete what refers to it.
    store.pragma("foreign_keys = OFF");
    migrate(store, path);
    store.pragma("foreign_keys = ON");
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

const statements = new WeakMap<Store, Map<string, Statement>>();

/** A prepared statement, compiled once for each store. */
export function prepare(store: Store, sql: string): Statement {
  const known = statements.get(store) ?? new Map<string, Statement>();
  statements.set(store, known);
  const statement = known.get(sql) ?? store.prepare<unknown[]>(sql);
  known.set(sql, statement);
  return statement;
}

/** The switch, made once in a file's life, waits for nobody: two first openers may collide over it, so it is tried again. */
function useWriteAheadLog(store: Store): void {
  const pauseMs = 20;
  for (let waitedMs = 0; store.pragma("journal_mode", { simple: true }) !== "wal"; waitedMs += pauseMs) {
    try {
      store.pragma("journal_mode = WAL");
    } catch (error) {
      if ((error as { code?: string }).code !== "SQLITE_BUSY" || waitedMs >= busyLimitMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}

/** The same error where it is none of those that we know. */
export function explainOpenError(error: Error, path: string): Error {
  const moduleError = explainModuleError(error);
  if (moduleError) return moduleError;
  const code = (error as { code?: string }).code ?? "";
  if (!/^SQLITE_(NOTADB|CORRUPT|CANTOPEN|READONLY|FULL|BUSY|IOERR|PERM)|^E[A-Z]+$/.test(code)) return error;
  const remedy = /NOTADB|CORRUPT/.test(code) ? "Move it away to begin anew" : "See that it can be written";
  const trouble = { what: "the store cannot be opened", where: path, found: error.message, remedy };
  return new KnownError({ ...trouble, isRetryable: code.startsWith("SQLITE_BUSY") }, { cause: error });
}

/** @param found what SQLite says of it. */
export function storeIsDamaged(path: string, found: string): KnownError {
  const remedy =
    "Copy it elsewhere and put a backup in its place, or move it away to begin anew: runs and their states are in it";
  return new KnownError({ what: "the store is damaged", where: path, found, remedy, isRetryable: false });
}

/** Of the schema that this dagwright reads and writes. */
export const storeVersion = migrations.length;

/** @throws KnownError when a store of this version is beyond what we know. */
export function refuseNewer(version: number, path: string): void {
  if (version <= storeVersion) return;
  throw new KnownError({
    what: "the store was written by a newer dagwright",
    where: path,
    found: `version ${version}, this one knows ${storeVersion}`,
    remedy: "Update dagwright, or move the file away to begin anew",
    isRetryable: false,
  });
}

function migrate(store: Store, path: string): void {
  const run = store.transaction(() => {
    const version = store.pragma("user_version", { simple: true }) as number;
    refuseNewer(version, path);
    for (const migration of migrations.slice(version)) store.exec(migration);
    store.pragma(`user_version = ${storeVersion}`);
  });
  run.immediate();
}
