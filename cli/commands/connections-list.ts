// `dagwright connections list`: every connection that a task of this project would find, and where it stands.

import type { Connection } from "../../runtime/connections/connection.ts";
import { isKnownError } from "../../runtime/errors.ts";
import type { Command } from "../command.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

interface ConnectionsListArgs {
  readonly output: OutputFormat;
}

export const connectionsList: Command<ConnectionsListArgs> = {
  name: "connections list",
  summary: "List connections, without passwords, and where each is defined",
  options: { output: outputOption },
  run: async ({ output }, io) => {
    const { warnOfEnvironmentFile } = await import("../warn-environment-file.ts");
    const { formatKnownError } = await import("../format-error.ts");
    const { loadEnvironment, readSources } = await import("../../runtime/connections/environment.ts");
    const { getConnection, listConnections, sourceOf } = await import("../../runtime/connections/find.ts");
    const { showRows } = await import("../show-rows.ts");
    warnOfEnvironmentFile(io);
    const environment = loadEnvironment(io.projectRoot, io.environment);
    const sources = readSources(io.projectRoot, io.environment);
    const problems: string[] = [];
    const rows = listConnections(environment).map((id) => {
      const source = sourceOf(id, sources);
      try {
        return describeRow(getConnection(id, environment), source);
      } catch (error) {
        if (!isKnownError(error)) throw error;
        problems.push(formatKnownError(error));
        return { conn_id: id, conn_type: "?", host: null, port: null, schema: null, login: null, source };
      }
    });
    const columns = ["conn_id", "conn_type", "host", "port", "schema", "login", "source"] as const;
    await showRows(rows, { output, columns }, io);
    if (rows.length === 0)
      io.stderr(
        `no connections: looked in the environment, in .env and in airflow_settings.yaml of ${io.projectRoot}\n`,
      );
    for (const problem of problems) io.stderr(problem);
    return problems.length === 0 ? 0 : 1;
  },
};

function describeRow({ id, type, host, port, schema, login }: Connection, source: string | undefined) {
  return { conn_id: id, conn_type: type, host, port, schema, login, source };
}
