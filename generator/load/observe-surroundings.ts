// What a program looks at beside its own modules while it is evaluated: variables of the environment, files, and whatever else. A kept result
// is right only while these are the same.

import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import os from "node:os";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export interface Observed {
  /** Names of variables. */
  readonly environment: readonly string[];
  /** Absolute paths of files and folders, of those that do not exist, too. */
  readonly files: readonly string[];
  /** It asked where it is, or for a path that starts there. */
  readonly usesWorkingDirectory: boolean;
  /** It asked another program, another machine, or for all variables at once: nobody can tell what it saw. */
  readonly isOpen: boolean;
}

const readers = [
  ...["access", "exists", "lstat", "open", "opendir", "readFile", "readdir", "readlink", "realpath", "stat", "statfs"],
  ...["createReadStream", "openAsBlob", "glob", "cp", "copyFile"],
];
const programs = ["exec", "execFile", "fork", "spawn", "execFileSync", "execSync", "spawnSync"];

/** What Node itself reads to answer. Source: https://nodejs.org/api/os.html */
const variablesOf = { homedir: ["HOME", "USERPROFILE"], tmpdir: ["TMPDIR", "TEMP", "TMP", "SystemRoot", "windir"] };

/** What a program depends on without reading it: `new Date(2024, 0, 1)` is another moment in another zone. */
export const quietVariables = ["TZ", "LANG", "LC_ALL", "NODE_OPTIONS", "NODE_PATH"];

export const nothingObserved: Observed = { environment: [], files: [], usesWorkingDirectory: false, isOpen: false };

/** Undefined: nobody can tell. */
export function joinObserved(left: Observed | undefined, right: Observed | undefined): Observed | undefined {
  if (!left || !right) return undefined;
  return {
    environment: [...left.environment, ...right.environment],
    files: [...left.files, ...right.files],
    usesWorkingDirectory: left.usesWorkingDirectory || right.usesWorkingDirectory,
    isOpen: left.isOpen || right.isOpen,
  };
}

/** From now on. @param folders of them nothing is told: the bundle's, and this package's. @returns what was looked at so far. */
export function observeSurroundings(folders: readonly string[]): () => Observed {
  const environment = new Set<string>();
  const files = new Set<string>();
  let isOpen = false;
  let usesWorkingDirectory = false;
  const open = () => {
    isOpen = true;
  };
  const see = (path: unknown) => {
    if (typeof path === "string") {
      usesWorkingDirectory ||= !isAbsolute(path);
      files.add(resolve(path));
    } else if (path instanceof URL) files.add(fileURLToPath(path));
    // A number is what was opened before.
    else if (typeof path !== "number") open();
  };
  for (const name of readers) {
    watch(fs, name, see);
    watch(fs, `${name}Sync`, see);
    watch(fs.promises, name, see);
  }
  for (const name of programs) watch(childProcess, name, open);
  watch(net.Socket.prototype, "connect", open);
  watch(process, "cwd", () => {
    usesWorkingDirectory = true;
  });
  watch(process, "loadEnvFile", (path = ".env") => see(path));
  for (const [name, variables] of Object.entries(variablesOf)) {
    watch(os, name, () => {
      for (const variable of variables) environment.add(variable);
    });
  }
  process.env = new Proxy(process.env, {
    get: (variables, name) => {
      if (typeof name === "string") environment.add(name);
      return Reflect.get(variables, name) as unknown;
    },
    has: (variables, name) => {
      if (typeof name === "string") environment.add(name);
      return Reflect.has(variables, name);
    },
    getOwnPropertyDescriptor: (variables, name) => {
      if (typeof name === "string") environment.add(name);
      return Reflect.getOwnPropertyDescriptor(variables, name);
    },
    ownKeys: (variables) => {
      open();
      return Reflect.ownKeys(variables);
    },
  });
  syncBuiltinESMExports();
  return () => ({
    environment: [...environment],
    files: [...files].filter((file) => !folders.some((folder) => file.startsWith(folder))),
    usesWorkingDirectory,
    isOpen,
  });
}

function watch(holder: object, name: string, see: (first: unknown) => void): void {
  const functions = holder as Record<string, ((...given: unknown[]) => unknown) | undefined>;
  const original = functions[name];
  if (typeof original !== "function") return;
  // What hangs on it stays: `fs.realpath.native`.
  functions[name] = Object.assign(function (this: unknown, ...given: unknown[]) {
    see(given[0]);
    return original.apply(this, given);
  }, original);
}
