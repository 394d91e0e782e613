// What libpq's programs are told about a connection: arguments without secrets, and an environment that means what our own driver's options mean.
// Password and keys are in files of a private folder that is gone afterwards, whatever happens; nothing of the machine's own libpq files is read.

import { createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { type Connection, nameOf } from "../connections/connection.ts";
import { textExtra } from "../connections/connection-extra.ts";
import { readPostgresOptions } from "../connections/postgres-options.ts";
import { projectPath } from "../context.ts";
import { KnownError } from "../errors.ts";
import { createSecretFolder, type SecretFolder } from "./secret-file.ts";

export interface PgProgram {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface PgEndpoint {
  readonly connection: Connection;
  readonly database: string;
  /** The login, when the connection names none: the driver's own choice. */
  readonly user: string;
  /** Whether our own session to the same server is encrypted: it decides what `prefer` and `allow` mean. */
  readonly isEncrypted: boolean;
  readonly applicationName: string;
  /** Further settings of its session, e.g. `-c lc_messages=C`. */
  readonly serverOptions?: string;
}

/** Hands out arguments and environment for the length of `work`. @throws KnownError for a password that no password file can hold. */
export async function withPgProgram<T>(endpoint: PgEndpoint, work: (program: PgProgram) => Promise<T>): Promise<T> {
  const folder = await createSecretFolder();
  try {
    const env = { ...(await secretsIn(folder, endpoint)), ...settingsOf(endpoint), HOME: folder.path };
    return await work({ args: argumentsOf(endpoint), env });
  } finally {
    await folder.remove();
  }
}

function argumentsOf({ connection, database, user }: PgEndpoint): string[] {
  return [
    `--host=${connection.host ?? "localhost"}`,
    `--port=${connection.port ?? 5432}`,
    `--username=${user}`,
    "--no-password",
    `--dbname=${isPlainName(database) ? database : `dbname='${database.replaceAll(/[\\']/g, "\\$&")}'`}`,
  ];
}

/** With a = or as a URI, libpq would take it for more than a name. */
function isPlainName(database: string): boolean {
  return /^[\w-]+$/.test(database);
}

function settingsOf({ connection, isEncrypted, applicationName, serverOptions }: PgEndpoint): Record<string, string> {
  const options = readPostgresOptions(connection);
  const { mode } = options.tls;
  const isOpen = mode === "prefer" || mode === "allow";
  const minimum = textExtra(connection, "ssl_min_protocol_version");
  const forServer = [options.serverOptions, serverOptions].filter((part) => part !== undefined).join(" ");
  return {
    // libpq's own prefer would go on in the clear after a failed check.
    PGSSLMODE: isOpen || !isEncrypted ? (isEncrypted ? "require" : "disable") : mode,
    PGGSSENCMODE: "disable",
    PGCONNECT_TIMEOUT: String(Math.ceil(options.connectTimeoutMs / 1000)),
    PGAPPNAME: applicationName,
    ...(minimum === undefined ? {} : { PGSSLMINPROTOCOLVERSION: minimum }),
    ...(forServer === "" ? {} : { PGOPTIONS: forServer }),
  };
}

/** Where the connection has none, a path at which there is nothing: libpq would look into the home folder of whoever runs this. */
async function secretsIn(folder: SecretFolder, { connection }: PgEndpoint): Promise<Record<string, string>> {
  const none = join(folder.path, "none");
  const root = textExtra(connection, "sslrootcert");
  const certificate = textExtra(connection, "sslcert");
  const key = textExtra(connection, "sslkey");
  return {
    PGPASSFILE: connection.password ? await folder.keep("pgpass", passwordLine(connection, connection.password)) : none,
    PGSERVICEFILE: none,
    PGSSLROOTCERT:
      root === undefined
        ? none
        : root === "system"
          ? await folder.keep("roots", await systemRoots())
          : projectPath(root),
    PGSSLCERT: certificate === undefined ? none : projectPath(certificate),
    // A copy of our own: libpq refuses a key that others may read, and has no variable for its passphrase.
    PGSSLKEY:
      key === undefined ? none : await folder.keep("key", await plainKey(key, textExtra(connection, "sslpassword"))),
    PGSSLCRL: none,
    PGSSLCRLDIR: none,
  };
}

function passwordLine(connection: Connection, password: string): string {
  if (!/[\n\r\0]/.test(password)) return `*:*:*:*:${password.replaceAll(/[\\:]/g, "\\$&")}\n`;
  throw new KnownError({
    what: "the password has a line break",
    where: nameOf(connection),
    remedy: "Use one without: no password file of PostgreSQL's can hold it",
    isRetryable: false,
  });
}

/** The authorities that Node itself trusts, as our driver does. */
async function systemRoots(): Promise<string> {
  const extra = process.env["NODE_EXTRA_CA_CERTS"];
  const further = extra ? await readFile(extra, "utf8").catch(() => "") : "";
  return [...rootCertificates, further].join("\n");
}

async function plainKey(path: string, passphrase: string | undefined): Promise<string | Buffer> {
  const key = await readFile(projectPath(path));
  if (passphrase === undefined) return key;
  return createPrivateKey({ key, passphrase }).export({ type: "pkcs8", format: "pem" });
}
