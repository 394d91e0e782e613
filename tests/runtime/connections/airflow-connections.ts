// Asks real Airflow what it makes of connections: one Python process for all cases of a test file.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Connection } from "../../../runtime/connections/connection.ts";
import type { JsonObject } from "../../../runtime/dag/json.ts";
import { type AirflowVersion, airflowPython } from "../../support/airflow.ts";

export interface AirflowFields {
  readonly conn_type: string | null;
  readonly host: string | null;
  readonly schema: string | null;
  readonly login: string | null;
  readonly password: string | null;
  readonly port: number | null;
  readonly extra: JsonObject | null;
}

export type AirflowReading = (AirflowFields & { error?: undefined }) | { readonly error: string };

export interface AirflowWriting {
  readonly uri: string;
  readonly json: string;
  /** What Airflow reads back from its own text: it loses the case of hosts, for instance. */
  readonly fromUri: AirflowReading;
  readonly fromJson: AirflowReading;
}

export async function askAirflow(
  version: AirflowVersion,
  cases: { readonly connections: readonly AirflowFields[]; readonly texts: readonly string[] },
): Promise<{ connections: AirflowWriting[]; texts: AirflowReading[] }> {
  const home = mkdtempSync(join(tmpdir(), "dagwright-airflow-"));
  const script = fileURLToPath(new URL("airflow-connections.py", import.meta.url));
  try {
    const output = await new Promise<string>((resolve, reject) => {
      const env = { PATH: process.env["PATH"], HOME: home, AIRFLOW_HOME: home, PYTHONIOENCODING: "utf8" };
      const python = execFile(airflowPython(version), [script], { env, maxBuffer: 64e6 }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      );
      python.stdin!.end(JSON.stringify(cases));
    });
    return JSON.parse(output.trim().split("\n").at(-1)!);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Airflow's reading as a connection of ours: empty parts are null. */
export function toConnection(reading: AirflowReading): Omit<Connection, "id"> {
  if (reading.error !== undefined) throw new Error(`Airflow refuses it: ${reading.error}`);
  return {
    type: reading.conn_type ?? "",
    host: reading.host || null,
    schema: reading.schema || null,
    login: reading.login || null,
    password: reading.password || null,
    port: reading.port || null,
    extra: reading.extra ?? {},
  };
}
