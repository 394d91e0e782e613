// Where a MongoDB server is and as whom to go there, from an Airflow connection or from single values: one form for the driver and for the
// tools. Invariant: `uri` holds neither login nor password, so it may stand in a log and among a program's arguments.

import { KnownError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { isHandedOn, readMongoExtras, refuseMongoExtra } from "./mongo-extra.ts";
import { isPort } from "./port.ts";
import { parseQuery } from "./python-url.ts";

/** Until a server is found and answers, unless the connection says otherwise: a firewall that swallows packets never does. */
export const connectTimeoutMs = 10_000;

const defaultPort = 27_017;

/** What the driver and the tools both know. `MONGODB-X509` takes the login from the certificate. */
const mechanisms = ["SCRAM-SHA-256", "SCRAM-SHA-1", "MONGODB-X509"];

export interface MongoServer {
  /** For messages: `connection warehouse, db.example.com:27017`. */
  readonly where: string;
  readonly uri: string;
  readonly login: string | null;
  readonly password: string | null;
  readonly authSource: string;
  /** Null: the driver asks the server. */
  readonly authMechanism: string | null;
  /** The one that is meant when none is named. */
  readonly database: string | null;
  readonly certificatePassword: string | null;
}

export interface MongoValues {
  readonly host: string;
  readonly port: string | null;
  readonly login: string | null;
  readonly password: string | null;
  readonly database: string | null;
  readonly authSource: string | null;
}

/** @throws KnownError (not retryable) naming what is wrong, unknown or not supported. */
export function mongoServerOf(connection: Connection): MongoServer {
  const named = `connection ${connection.id}`;
  if (connection.type !== "mongo") {
    const remedy = "Begin its URI with mongo://; for a name in DNS that leads to the servers, add the extra srv=true";
    throw refuse(`its type is ${JSON.stringify(connection.type)}, not mongo`, named, remedy);
  }
  // Airflow writes the schema into the connection string as it is: its own example has options there.
  const [database = "", query = ""] = (connection.schema ?? "").split("?", 2);
  const options = readMongoExtras(named, { ...parseQuery(query), ...connection.extra });
  const isSrv = options["srv"] === "true";
  if (isSrv && connection.port !== null) throw refuse("a name for SRV has no port", named, "Remove the port");
  const hosts = hostsOf(connection.host ?? "localhost", isSrv ? null : (connection.port ?? defaultPort), named);
  if (database !== "") checkDatabase(database, named);
  return serverOf({
    hosts,
    isSrv,
    named,
    options,
    database: database === "" ? null : database,
    ...credentialsOf(connection),
  });
}

/** For messages: where the values come from, all together and each. */
export type MongoValuePlaces = Readonly<Record<"named" | "host" | "port" | "database", string>>;

/** @throws KnownError (not retryable) naming the value that cannot be used. */
export function mongoServerAt(values: MongoValues, { named, host, port, database }: MongoValuePlaces): MongoServer {
  if (values.port !== null && !isPort(values.port)) {
    throw refuse("the port is not one", port, "Give a number from 1 to 65535", JSON.stringify(values.port));
  }
  if (values.database !== null) checkDatabase(values.database, database);
  const hosts = hostsOf(values.host, values.port === null ? defaultPort : Number(values.port), host);
  const options: Record<string, string> = values.authSource === null ? {} : { authSource: values.authSource };
  return serverOf({ hosts, isSrv: false, named, options, ...values, authSource: "admin" });
}

interface Parts {
  readonly hosts: string;
  readonly isSrv: boolean;
  readonly named: string;
  readonly options: Readonly<Record<string, string>>;
  readonly database: string | null;
  readonly login: string | null;
  readonly password: string | null;
  /** Where none is named. */
  readonly authSource?: string;
}

function serverOf(parts: Parts): MongoServer {
  const { hosts, isSrv, named, options, database, login, password } = parts;
  const authMechanism = mechanismOf(options, named);
  const where = `${named}, ${hosts}`;
  if (login !== null && password === null && authMechanism !== "MONGODB-X509") {
    throw refuse("there is a login without a password", where, "Give it one");
  }
  const external = authMechanism === "MONGODB-X509" ? "$external" : undefined;
  return {
    where,
    uri: `${isSrv ? "mongodb+srv" : "mongodb"}://${hosts}/?${queryOf(options, named)}`,
    login,
    password,
    authSource: external ?? options["authSource"] ?? parts.authSource ?? database ?? "admin",
    authMechanism,
    database,
    certificatePassword: options["tlsCertificateKeyFilePassword"] ?? null,
  };
}

function credentialsOf({ login, password }: Connection): Pick<MongoServer, "login" | "password"> {
  return { login, password: login === null ? null : password };
}

/** `a,b:27018` with the port where one lacks it. Whatever else could lead a connection string elsewhere is refused, and not shown. */
function hostsOf(text: string, port: number | null, named: string): string {
  const hosts = text.split(",").map((each) => {
    const host = each.trim();
    const bare = /^[0-9a-f:]+:[0-9a-f:]*$/i.test(host) && host.split(":").length > 2 ? `[${host}]` : host;
    if (!/^(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?$/.test(bare)) {
      const remedy =
        'Give a name or an address, "db.example.com" or "db.example.com:27017", several with commas; login and password apart';
      throw refuse("the host cannot be used", named, remedy);
    }
    return port === null || /:[0-9]+$/.test(bare.replace(/\[.*\]/, "")) ? bare : `${bare}:${port}`;
  });
  return hosts.join(",");
}

function queryOf(options: Readonly<Record<string, string>>, named: string): string {
  const given = Object.fromEntries(Object.entries(options).filter(([name]) => isHandedOn(name)));
  const withTls = Object.keys(given).some((name) => name.startsWith("tls") && name !== "tls");
  if (withTls && given["tls"] === "false")
    throw refuseMongoExtra(named, "tls", "is false beside a certificate's file", "Make it true");
  const all: Record<string, string> = {
    ...(withTls && { tls: "true" }),
    connectTimeoutMS: String(connectTimeoutMs),
    serverSelectionTimeoutMS: String(connectTimeoutMs),
    ...given,
  };
  // 0 is "for ever" to the driver; here every wait for a server has an end.
  for (const name of ["connectTimeoutMS", "serverSelectionTimeoutMS"]) {
    if (all[name] === "0") all[name] = String(connectTimeoutMs);
  }
  return Object.entries(all)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}

function mechanismOf(options: Readonly<Record<string, string>>, named: string): string | null {
  const mechanism = options["authMechanism"];
  if (mechanism === undefined || mechanisms.includes(mechanism)) return mechanism ?? null;
  throw refuseMongoExtra(
    named,
    "authMechanism",
    `is ${JSON.stringify(mechanism)}`,
    `Use one of ${mechanisms.join(", ")}, or none`,
  );
}

/** The rules of the server: it would not make a database of another name. */
function checkDatabase(name: string, named: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is one of those that the server refuses
  if (!/[/\\. "$*<>:|?\u0000]/.test(name) && Buffer.byteLength(name) <= 63) return;
  throw refuse(
    "the database's name cannot be used",
    named,
    "Use letters, digits, _ and -, at most 63",
    JSON.stringify(name),
  );
}

function refuse(what: string, where: string, remedy: string, found?: string): KnownError {
  return new KnownError({ what, where, ...(found === undefined ? {} : { found }), remedy, isRetryable: false });
}
