// PostgreSQL: the only importer of its driver. Opens sessions from an Airflow connection and turns the driver's errors into sentences.
// Every wait has an end: a limit on connecting, keep-alive on the socket, and the task's signal.

import { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import pg from "pg";
import { getClient, getContext } from "../context.ts";
import { KnownError } from "../errors.ts";
import { checkSessionAttrs } from "./check-session-attrs.ts";
import { type Connection, nameOf } from "./connection.ts";
import { isDatabaseError, toKnownError } from "./postgres-errors.ts";
import { type PostgresOptions, readPostgresOptions } from "./postgres-options.ts";

export { toKnownError };

export type PostgresSession = pg.Client;

export interface ConnectOptions {
  /** Seen in `pg_stat_activity`, unless the connection names another. */
  readonly applicationName: string;
  /** Closes the session at once when it is aborted. One that is aborted already (a clean-up) does nothing. */
  readonly signal?: AbortSignal;
}

/** Opens a session for the running task: for a connection that it declared, by its id, or for one at hand. The caller ends it with `session.end()`. */
export async function openPostgres(to: string | Connection): Promise<PostgresSession> {
  const connection = typeof to === "string" ? await getClient().getConnectionOrThrow(to) : to;
  const { dagId, taskId, signal } = getContext();
  return connectPostgres(connection, { applicationName: `dagwright ${dagId}.${taskId}`, signal });
}

/** @throws KnownError, which says what is wrong and whether another try may help; the signal's reason when it is aborted. */
export async function connectPostgres(connection: Connection, connect: ConnectOptions): Promise<PostgresSession> {
  checkConnection(connection);
  const options = readPostgresOptions(connection);
  const [first, second] = options.tls.attempts;
  try {
    const session = await openSession(connection, options, connect, first!).catch((error: unknown) => {
      if (second === undefined || !mayTryOtherwise(error)) throw error;
      return openSession(connection, options, connect, second);
    });
    await checkSessionAttrs(session, options.target, placeOf(connection)).catch(async (error: unknown) => {
      await session.end().catch(() => {});
      throw error;
    });
    return session;
  } catch (error) {
    throw toKnownError(error, placeOf(connection));
  }
}

/** Whether the session's bytes are encrypted on their way: what `prefer` and `allow` came to. */
export function isEncrypted(session: PostgresSession): boolean {
  const { stream } = (session as unknown as { readonly connection: { readonly stream: object } }).connection;
  return "encrypted" in stream && stream.encrypted === true;
}

/** What a value's text form depends on, and what could hide rows or end a long copy: a login's own defaults must not reach data. */
const dataSettings: Readonly<Record<string, string>> = {
  client_encoding: "UTF8",
  DateStyle: "ISO, YMD",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  extra_float_digits: "3",
  bytea_output: "hex",
  xmloption: "content",
  lc_monetary: "C",
  row_security: "off",
  statement_timeout: "0",
};

/** For sessions that read or write data as text. Lasts as long as the session. */
export async function pinDataSettings(session: PostgresSession): Promise<void> {
  await session.query("SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS s (name, value)", [
    Object.keys(dataSettings),
    Object.values(dataSettings),
  ]);
}

/** Where it is, for messages: `connection pagila_postgres, db.example.com:5432/pagila`. Without login and password. */
export function placeOf(connection: Connection): string {
  const { host, port, schema } = connection;
  return `${nameOf(connection)}, ${host ?? "localhost"}:${port ?? 5432}${schema === null ? "" : `/${schema}`}`;
}

function checkConnection(connection: Connection): void {
  const refuse = (what: string, remedy: string) =>
    new KnownError({ what, where: nameOf(connection), remedy, isRetryable: false });
  if (connection.type !== "postgres") {
    throw refuse(`its type is ${JSON.stringify(connection.type)}, not postgres`, "Begin its URI with postgres://");
  }
  if (connection.host?.includes(",")) throw refuse("it names several hosts", "Name one");
}

async function openSession(
  connection: Connection,
  options: PostgresOptions,
  { applicationName, signal }: ConnectOptions,
  ssl: ConnectionOptions | false,
): Promise<PostgresSession> {
  const socket = new Socket();
  const session = new pg.Client({
    host: connection.host ?? "localhost",
    port: connection.port ?? 5432,
    database: connection.schema ?? undefined,
    user: connection.login ?? undefined,
    // As a function: else the driver looks into PGPASSWORD and ~/.pgpass for one that is missing.
    password: () => connection.password ?? "",
    application_name: options.applicationName ?? applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs,
    keepAlive: options.keepAlive,
    keepAliveInitialDelayMillis: options.keepAliveIdleMs,
    ssl,
    stream: () => socket,
    ...(options.serverOptions === undefined ? {} : { options: options.serverOptions }),
  });
  // A session that the server ends between two statements would end the process; the next statement tells.
  session.on("error", () => {});
  const live = signal?.aborted ? undefined : signal;
  const stopListening = closeOnAbort(socket, live);
  session.once("end", stopListening);
  try {
    await session.connect();
    return session;
  } catch (error) {
    stopListening();
    socket.destroy();
    live?.throwIfAborted();
    throw error;
  }
}

function closeOnAbort(socket: Socket, signal: AbortSignal | undefined): () => void {
  if (!signal) return () => {};
  const close = () => socket.destroy();
  signal.addEventListener("abort", close, { once: true });
  return () => signal.removeEventListener("abort", close);
}

/** The server has no TLS, or lets this login in only the other way: `prefer` and `allow` then try the other way. */
function mayTryOtherwise(error: unknown): boolean {
  if (isDatabaseError(error)) return error.code === "28000";
  return error instanceof Error && error.message === "The server does not support SSL connections";
}
