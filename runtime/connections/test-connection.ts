// Opens a connection to see whether it works: one line for each type that can be tested, each loading its driver only then.

import { KnownError } from "../errors.ts";
import type { Connection } from "./connection.ts";

export interface ConnectionTest {
  /** Product and version, as the server says it; or what was reached, and what that proves. */
  readonly server: string;
  /** From the first packet until the server has answered a question. */
  readonly milliseconds: number;
}

const testers: Readonly<Record<string, (connection: Connection, signal: AbortSignal) => Promise<string>>> = {
  postgres: async (connection, signal) => {
    const { connectPostgres, placeOf, toKnownError } = await import("./postgres.ts");
    const session = await connectPostgres(connection, { applicationName: "dagwright connections test", signal });
    try {
      const { rows } = await session.query<{ server_version: string }>("SHOW server_version");
      return `PostgreSQL ${rows[0]!.server_version}`;
    } catch (error) {
      throw toKnownError(error, placeOf(connection));
    } finally {
      await session.end();
    }
  },
  aws: async (connection, signal) => {
    const { connectS3 } = await import("./s3.ts");
    const session = await connectS3(connection, signal);
    try {
      const rights = (await session.mayListBuckets()) ? "may list buckets" : "are known, and may not list buckets";
      return `S3 (${session.place}; its credentials ${rights}; which of them they may read was not tried)`;
    } finally {
      session.close();
    }
  },
  mongo: async (connection, signal) => {
    const [{ connectMongo }, { mongoServerOf }] = await Promise.all([
      import("./mongo.ts"),
      import("./mongo-server.ts"),
    ]);
    const session = await connectMongo(mongoServerOf(connection), { appName: "dagwright connections test", signal });
    await session.close();
    return `MongoDB ${session.version}`;
  },
};

/** @throws KnownError saying what is wrong, or that connections of this type cannot be tested. */
export async function testConnection(connection: Connection, signal: AbortSignal): Promise<ConnectionTest> {
  const tester = Object.hasOwn(testers, connection.type) ? testers[connection.type] : undefined;
  if (!tester) {
    throw new KnownError({
      what: `a connection of type ${JSON.stringify(connection.type)} cannot be tested`,
      where: `connection ${connection.id}`,
      remedy: `Types that can: ${Object.keys(testers).join(", ")}`,
      isRetryable: false,
    });
  }
  const start = performance.now();
  const server = await tester(connection, signal);
  return { server, milliseconds: Math.ceil(performance.now() - start) };
}
