// A client of MongoDB for the length of a piece of work: closed whatever happens, and at once when the task is cancelled. Operators open MongoDB
// through here only.

import type { MongoSession } from "../connections/mongo.ts";
import type { MongoServer } from "../connections/mongo-server.ts";
import { getContext } from "../context.ts";

/** Hands an open client to `work` and closes it. @throws KnownError for what the server or the network said. */
export async function withMongo<T>(server: MongoServer, work: (session: MongoSession) => Promise<T>): Promise<T> {
  const [{ connectMongo }, { toKnownMongoError }] = await Promise.all([
    import("../connections/mongo.ts"),
    import("../connections/mongo-errors.ts"),
  ]);
  const { dagId, taskId, signal } = getContext();
  const session = await connectMongo(server, { appName: `dagwright ${dagId}.${taskId}`, signal });
  try {
    return await work(session);
  } catch (error) {
    signal.throwIfAborted();
    throw toKnownMongoError(error, server.where);
  } finally {
    await session.close();
  }
}
