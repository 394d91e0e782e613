// `dagwright connections test ID`: opens the connection, and says in one sentence what came of it. Exit code 0: it works, 1: it does not,
// 2: there is no such connection, or none that can be read.

import { isKnownError } from "../../runtime/errors.ts";
import type { Command } from "../command.ts";

interface ConnectionsTestArgs {
  readonly conn_id: string;
}

export const connectionsTest: Command<ConnectionsTestArgs> = {
  name: "connections test",
  summary: "Open a connection and show the server's version",
  arguments: [{ name: "conn_id", description: "the connection's id", required: true }],
  examples: [{ command: "dagwright connections test pagila_postgres", description: "see whether it can be reached" }],
  run: async ({ conn_id }, io) => {
    const { warnOfEnvironmentFile } = await import("../warn-environment-file.ts");
    const { formatKnownError } = await import("../format-error.ts");
    const { loadEnvironment, readEnvironmentFile } = await import("../../runtime/connections/environment.ts");
    const { getConnection } = await import("../../runtime/connections/find.ts");
    const { createRedactor } = await import("../../runtime/connections/redact.ts");
    const { secretsOf } = await import("../../runtime/connections/secrets.ts");
    const { testConnection } = await import("../../runtime/connections/test-connection.ts");
    warnOfEnvironmentFile(io);
    const connection = getConnection(conn_id, loadEnvironment(io.projectRoot, io.environment));
    // A task would find these in its own environment, where AWS's SDK looks for what a connection does not say.
    for (const [name, value] of Object.entries(readEnvironmentFile(io.projectRoot))) {
      if (name.startsWith("AWS_")) process.env[name] ??= value;
    }
    try {
      const { server, milliseconds } = await testConnection(connection, io.signal);
      io.stdout(`${conn_id}: ${server} answered within ${milliseconds} ms\n`);
      return 0;
    } catch (error) {
      if (!isKnownError(error)) throw error;
      io.stderr(createRedactor(secretsOf(connection))(formatKnownError(error)));
      return 1;
    }
  },
};
