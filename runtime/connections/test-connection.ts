// Opens a connection to see whether it works: one line for each type that can be tested, each loading its driver only then.

import { KnownError } from "../errors.ts";
import type { Connection } from "./connection.ts";

export interface ConnectionTest {
  /** Product and version, as the server says it. */
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
