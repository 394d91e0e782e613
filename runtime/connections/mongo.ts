// MongoDB: the only importer of its driver. Opens a client that has spoken with its server, and turns the driver's errors into sentences.
// Every wait has an end: a limit on finding a server, and the signal, which closes the client under whatever it is doing.

import { setTimeout } from "node:timers/promises";
import { BSON, type Db, MongoClient } from "mongodb";
import { toKnownMongoError } from "./mongo-errors.ts";
import type { MongoServer } from "./mongo-server.ts";

/** To and from MongoDB's Extended JSON. */
export const { EJSON } = BSON;

export interface MongoSession {
  /** The database that is named, else the driver's own default `test`: who needs one checks `server.database`. */
  readonly db: Db;
  /** As the server says it: `8.0.4`. */
  readonly version: string;
  /** Never throws, and never waits long. */
  close(): Promise<void>;
}

export interface MongoConnect {
  /** Seen in `currentOp` and in the server's log. */
  readonly appName: string;
  readonly signal: AbortSignal;
}

/** A server that is gone does not answer a farewell either. */
const closeLimitMs = 5_000;
/** The server cuts a longer one. */
const maxAppNameBytes = 128;

/** @throws KnownError, which says what is wrong and whether another try may help; the signal's reason when it is aborted. */
export async function connectMongo(server: MongoServer, { appName, signal }: MongoConnect): Promise<MongoSession> {
  signal.throwIfAborted();
  const client = createClient(server, appName);
  const close = () => closeClient(client);
  signal.addEventListener("abort", close, { once: true });
  try {
    await client.connect();
    const { version } = await client.db("admin").command({ buildInfo: 1 });
    const end = async () => {
      signal.removeEventListener("abort", close);
      await close();
    };
    return { db: client.db(server.database ?? undefined), version: String(version), close: end };
  } catch (error) {
    signal.removeEventListener("abort", close);
    await close();
    signal.throwIfAborted();
    throw toKnownMongoError(error, server.where);
  }
}

function createClient(server: MongoServer, appName: string): MongoClient {
  const { uri, login, password, authMechanism, certificatePassword } = server;
  try {
    return new MongoClient(uri, {
      appName: Buffer.from(appName).subarray(0, maxAppNameBytes).toString(),
      ...(login !== null && { auth: { username: login, password: password ?? "" }, authSource: server.authSource }),
      ...(authMechanism !== null && { authMechanism: authMechanism as "SCRAM-SHA-256" }),
      ...(certificatePassword !== null && { tlsCertificateKeyFilePassword: certificatePassword }),
    });
  } catch (error) {
    throw toKnownMongoError(error, server.where);
  }
}

async function closeClient(client: MongoClient): Promise<void> {
  const limit = new AbortController();
  const waited = setTimeout(closeLimitMs, undefined, { signal: limit.signal, ref: false }).catch(() => {});
  await Promise.race([client.close().catch(() => {}), waited]);
  limit.abort();
}
