// `dagwright connections get ID`: one connection as a task sees it, with `***` in place of everything secret.

import type { Command } from "../command.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

interface ConnectionsGetArgs {
  readonly conn_id: string;
  readonly output: OutputFormat;
}

export const connectionsGet: Command<ConnectionsGetArgs> = {
  name: "connections get",
  summary: "Show one connection, without its password",
  arguments: [{ name: "conn_id", description: "the connection's id", required: true }],
  options: { output: outputOption },
  examples: [{ command: "dagwright connections get pagila_postgres", description: "check what a task is given" }],
  run: async ({ conn_id, output }, io) => {
    const { warnOfEnvironmentFile } = await import("../warn-environment-file.ts");
    const { loadEnvironment, readSources } = await import("../../runtime/connections/environment.ts");
    const { getConnection, sourceOf } = await import("../../runtime/connections/find.ts");
    const { formatMaskedUri, maskConnection } = await import("../../runtime/connections/mask-connection.ts");
    const { showRecord } = await import("../show-rows.ts");
    warnOfEnvironmentFile(io);
    const connection = getConnection(conn_id, loadEnvironment(io.projectRoot, io.environment));
    const { id, type, ...parts } = maskConnection(connection);
    const source = sourceOf(conn_id, readSources(io.projectRoot, io.environment));
    const row = { conn_id: id, conn_type: type, ...parts, uri: formatMaskedUri(connection), source };
    await showRecord(row, output, io);
    return 0;
  },
};
