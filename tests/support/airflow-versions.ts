// The versions that `npm test` runs: the oldest and the newest that are supported. Nightly runs name more.

import type { AirflowVersion } from "./python-environments.ts";

const named = process.env["DAGWRIGHT_AIRFLOW_VERSIONS"];

export const airflowVersions: readonly AirflowVersion[] = named
  ? (named.split(",") as AirflowVersion[])
  : ["3.0.6", "3.3.2"];
