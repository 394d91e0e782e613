// Installs what the lock says, when it or Node's version changed since; makes sure that the SQLite module fits this Node; compiles.
// Plain JavaScript with nothing but Node's own modules: it runs before anything is installed.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const lock = join(root, "package-lock.json");
const marker = join(root, "node_modules", ".dagwright-lock");
const needed = [20, 19];
const [major, minor] = process.versions.node.split(".").map(Number);
/** As in runtime/store/sqlite.ts, which Node 20 cannot read before it is compiled. */
const sqlite = major >= 22 ? "better-sqlite3-node-api" : "better-sqlite3";

const tools =
  "For Node 20 the SQLite module is compiled with make, g++ and python3; on Debian: apt-get install make g++ python3";

export function prepare() {
  if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
    fail(`dagwright needs Node ${needed.join(".")} or later; this is ${process.version}`);
  }
  const hash = createHash("sha256").update(readFileSync(lock)).digest("hex");
  const installed = `${hash} Node ${major}`;
  if (!isLinked() && (!existsSync(marker) || readFileSync(marker, "utf8") !== installed)) install(installed);
  if (!sqliteFits()) rebuild();
}

export function compile() {
  runNode("compile", "node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json");
}

/** One of the installed packages' programs. */
export function runNode(what, ...args) {
  run(what, process.execPath, args);
}

/** Somebody else's packages: npm ci would empty their folder. */
function isLinked() {
  return lstatSync(join(root, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function install(installed) {
  console.log(
    "Installing the packages of package-lock.json; the SQLite module may be compiled, which takes a minute …",
  );
  npm("ci", "--no-audit", "--no-fund");
  writeFileSync(marker, installed);
}

function sqliteFits() {
  const probe = `new (require("${sqlite}"))(":memory:").close()`;
  return spawnSync(process.execPath, ["-e", probe], { cwd: root }).status === 0;
}

function rebuild() {
  console.log(`Compiling the SQLite module for Node ${process.version} …`);
  npm("rebuild", sqlite, "--ignore-scripts=false");
  if (sqliteFits()) return;
  fail(`the SQLite module ${sqlite} does not run here. ${tools}`);
}

function npm(...args) {
  // Node's own headers, where they lie beside it: node-gyp would try to download them.
  const prefix = dirname(dirname(process.execPath));
  const nodedir = existsSync(join(prefix, "include", "node", "node.h")) ? { npm_config_nodedir: prefix } : {};
  run(`install (is the registry reachable? ${tools})`, "npm", args, { ...process.env, ...nodedir });
}

function run(what, command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env });
  if (status !== 0)
    fail(`cannot ${what}: ${command} ${args.join(" ")} ended with ${error?.message ?? `code ${status}`}`);
}

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(2);
}
