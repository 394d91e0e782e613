// TLS to PostgreSQL as libpq does it: `sslmode` says whether, `sslrootcert` against whom the server is checked.
// Difference: `prefer` goes on without TLS only when the server has none or refuses this login over it, never after a failed check.

import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { projectPath } from "../context.ts";
import { didYouMean } from "../did-you-mean.ts";
import { KnownError } from "../errors.ts";
import { type Connection, nameOf } from "./connection.ts";
import { refuseExtra, textExtra } from "./connection-extra.ts";

const modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof modes)[number];

export interface TlsOptions {
  readonly mode: SslMode;
  /** What to try, in this order: false is a plain connection. */
  readonly attempts: readonly (ConnectionOptions | false)[];
}

export function readTlsOptions(connection: Connection): TlsOptions {
  const root = textExtra(connection, "sslrootcert");
  const mode = readMode(connection, root);
  // As in libpq, sslmode says nothing about a socket in the file system.
  if (mode === "disable" || connection.host?.startsWith("/")) return { mode, attempts: [false] };
  const tls = { ...verification(connection, mode, root), ...clientCertificate(connection), ...versions(connection) };
  if (mode === "allow") return { mode, attempts: [false, tls] };
  return { mode, attempts: mode === "prefer" ? [tls, false] : [tls] };
}

function readMode(connection: Connection, root: string | undefined): SslMode {
  const text = textExtra(connection, "sslmode") ?? (root === "system" ? "verify-full" : "prefer");
  const mode = modes.find((name) => name === text);
  if (!mode) {
    const remedy = `Use one of ${modes.join(", ")}${didYouMean(text, modes)}`;
    throw refuseExtra(connection, "sslmode", `is ${JSON.stringify(text)}`, remedy);
  }
  if (root === "system" && mode !== "verify-full") {
    const remedy = "Use sslmode verify-full: anyone can get a certificate from a public authority";
    throw refuseExtra(connection, "sslmode", `is ${mode} beside sslrootcert system`, remedy);
  }
  if (root === undefined && mode.startsWith("verify-")) {
    const remedy = "Add sslrootcert: the file of the authority's certificate, or system for the public ones";
    throw refuseExtra(connection, "sslmode", `is ${mode}, and there is no sslrootcert to verify against`, remedy);
  }
  return mode;
}

/** As in libpq, a root certificate makes even `require` check the chain; only verify-full checks the name. */
function verification(connection: Connection, mode: SslMode, root: string | undefined): ConnectionOptions {
  if (root === undefined) return { rejectUnauthorized: false };
  const ca = root === "system" ? {} : { ca: readExtraFile(connection, "sslrootcert", root) };
  const name = mode === "verify-full" ? {} : { checkServerIdentity: () => undefined };
  return { rejectUnauthorized: true, ...ca, ...name };
}

function clientCertificate(connection: Connection): ConnectionOptions {
  const certificate = textExtra(connection, "sslcert");
  const key = textExtra(connection, "sslkey");
  if (certificate === undefined && key === undefined) return {};
  if (certificate === undefined) throw refuseExtra(connection, "sslkey", "stands without sslcert", "Add sslcert");
  if (key === undefined) throw refuseExtra(connection, "sslcert", "stands without sslkey", "Add sslkey");
  const passphrase = textExtra(connection, "sslpassword");
  return {
    cert: readExtraFile(connection, "sslcert", certificate),
    key: readExtraFile(connection, "sslkey", key),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}

function versions(connection: Connection): ConnectionOptions {
  const minimum = textExtra(connection, "ssl_min_protocol_version");
  if (minimum === undefined) return {};
  if (minimum === "TLSv1.2" || minimum === "TLSv1.3") return { minVersion: minimum };
  const found = `is ${JSON.stringify(minimum)}`;
  throw refuseExtra(connection, "ssl_min_protocol_version", found, "Use TLSv1.2 or TLSv1.3");
}

/** Relative paths start at the project's folder, as those of data files do. */
function readExtraFile(connection: Connection, name: string, path: string): Buffer {
  const file = projectPath(path);
  try {
    return readFileSync(file);
  } catch (error) {
    throw new KnownError({
      what: `the file of the extra ${name} cannot be read`,
      where: nameOf(connection),
      found: (error as NodeJS.ErrnoException).message,
      remedy: `Put it there, or correct ${name}`,
      isRetryable: false,
    });
  }
}
