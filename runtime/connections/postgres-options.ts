// A connection's extras → what the driver is told. Known are libpq's parameters, as Airflow's PostgreSQL hook hands them to psycopg2.
// What would be unsafe to ignore is refused by name; so is what libpq does not know: a slip in `sslmode` would turn TLS off.

import { didYouMean } from "../did-you-mean.ts";
import type { Connection } from "./connection.ts";
import { refuseExtra, textExtra } from "./connection-extra.ts";
import { readTlsOptions, type TlsOptions } from "./postgres-tls.ts";

/** Until a session is ready, unless `connect_timeout` says otherwise: a firewall that swallows packets never answers. */
export const connectTimeoutMs = 10_000;
/** A silent peer is asked after this long, so that a cut connection is noticed in minutes and not hours. */
const keepAliveIdleMs = 30_000;

const targets = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"] as const;
export type TargetSession = (typeof targets)[number];

export interface PostgresOptions {
  readonly tls: TlsOptions;
  readonly connectTimeoutMs: number;
  readonly applicationName: string | undefined;
  /** Command-line options for the server's process, e.g. `-c search_path=staging`. */
  readonly serverOptions: string | undefined;
  readonly keepAlive: boolean;
  readonly keepAliveIdleMs: number;
  readonly target: TargetSession;
}

const honoured = [
  "sslmode",
  "sslrootcert",
  "sslcert",
  "sslkey",
  "sslpassword",
  "ssl_min_protocol_version",
  "options",
  "connect_timeout",
  "application_name",
  "keepalives",
  "keepalives_idle",
  "target_session_attrs",
];

/** The hook's own extras, which never reach libpq; and what changes nothing that a task can see. */
const ignored = [
  "iam",
  "redshift",
  "redshift-serverless",
  "cursor",
  "cluster-identifier",
  "workgroup-name",
  "aws_conn_id",
  "region_name",
  "sqlalchemy_scheme",
  "sqlalchemy_query",
  "azure_conn_id",
  "azure_oauth_scope",
  "enable_log_db_messages",
  "client_encoding",
  "fallback_application_name",
  "keepalives_interval",
  "keepalives_count",
  "tcp_user_timeout",
  "sslcompression",
  "sslsni",
  "gssencmode",
  "channel_binding",
  "load_balance_hosts",
];

/** Wishes that the driver cannot fulfil. */
const unfulfillable: readonly (readonly [string, string, string])[] = [
  ["iam", "true", "Logging in through AWS IAM is not supported: give the connection a login and a password"],
  ["gssencmode", "require", "GSS encryption is not supported: use sslmode"],
  ["channel_binding", "require", "Channel binding cannot be enforced: use sslmode verify-full"],
];

/** @throws KnownError (not retryable) naming the extra that is wrong, unknown or not supported. */
export function readPostgresOptions(connection: Connection): PostgresOptions {
  checkNames(connection);
  const seconds = (name: string) => secondsExtra(connection, name);
  return {
    tls: readTlsOptions(connection),
    // 0 is libpq's "for ever"; here every wait has an end.
    connectTimeoutMs: (seconds("connect_timeout") ?? 0) * 1000 || connectTimeoutMs,
    applicationName: textExtra(connection, "application_name"),
    serverOptions: textExtra(connection, "options"),
    keepAlive: textExtra(connection, "keepalives") !== "0",
    keepAliveIdleMs: (seconds("keepalives_idle") ?? 0) * 1000 || keepAliveIdleMs,
    target: readTarget(connection),
  };
}

function checkNames(connection: Connection): void {
  for (const name of Object.keys(connection.extra)) {
    if (honoured.includes(name) || ignored.includes(name)) continue;
    const remedy = `Remove it, or use one of ${honoured.join(", ")}${didYouMean(name, honoured)}`;
    throw refuseExtra(connection, name, "is not known", remedy);
  }
  for (const [name, value, remedy] of unfulfillable) {
    if (textExtra(connection, name)?.toLowerCase() === value)
      throw refuseExtra(connection, name, `is ${value}`, remedy);
  }
}

function secondsExtra(connection: Connection, name: string): number | undefined {
  const text = textExtra(connection, name);
  if (text === undefined) return undefined;
  if (/^-?[0-9]{1,6}$/.test(text)) return Math.max(Number(text), 0);
  throw refuseExtra(connection, name, `is ${JSON.stringify(text)}`, "Give whole seconds, e.g. 10");
}

function readTarget(connection: Connection): TargetSession {
  const text = textExtra(connection, "target_session_attrs") ?? "any";
  const target = targets.find((name) => name === text);
  if (target) return target;
  const remedy = `Use one of ${targets.join(", ")}${didYouMean(text, targets)}`;
  throw refuseExtra(connection, "target_session_attrs", `is ${JSON.stringify(text)}`, remedy);
}
