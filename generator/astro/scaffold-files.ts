// What makes a folder an Astro project beside its DAGs and data: path → content, a function of models, target and name alone.
// Each is written where there is none, and is its owner's from then on. Source: what `astro dev init` lays out.

import { airflowSettingsFile } from "../../runtime/airflow-settings.ts";
import type { DagModel } from "../../runtime/dag/model.ts";
import { readTemplate, renderTemplate } from "../emit/templates.ts";
import type { AirflowVersion } from "../load/check-config.ts";
import { nodeLines, runtimeImageOf } from "./runtime-image.ts";
import { findUsedNames, type UsedName } from "./used-names.ts";

export interface Target {
  /** Ascending; the newest one is laid out for. */
  readonly airflow: readonly AirflowVersion[];
  /** The Astro project's folder, its last part. */
  readonly folderName: string;
}

const mostDagsShown = 3;

export function scaffoldFiles(dags: readonly DagModel[], { airflow, folderName }: Target): Map<string, string> {
  return new Map([
    ["Dockerfile", renderTemplate("astro/Dockerfile.hbs", { runtimeImage: runtimeImageOf(airflow), nodeLines })],
    ["requirements.txt", readTemplate("astro/requirements.txt")],
    // Astro's own is empty, too: who reads it takes every word for a package.
    ["packages.txt", ""],
    [airflowSettingsFile, renderTemplate("astro/airflow_settings.yaml.hbs", settingsView(dags))],
    [".dockerignore", readTemplate("astro/dockerignore")],
    [".gitignore", readTemplate("astro/gitignore")],
    [".astro/config.yaml", renderTemplate("astro/config.yaml.hbs", { name: quote(projectName(folderName)) })],
    ["tests/dags/test_dag_example.py", readTemplate("astro/test_dag_example.py")],
  ]);
}

function settingsView(dags: readonly DagModel[]) {
  const { connections, variables, pools } = findUsedNames(dags);
  return {
    connections: connections.map(entry),
    variables: variables.map(entry),
    pools: pools.map(entry),
  };
}

/** Ids of DAGs are letters, digits, `_`, `-` and `.`: they may stand in a comment. */
function entry({ name, dags }: UsedName) {
  const more = dags.length > mostDagsShown ? ` and ${dags.length - mostDagsShown} more` : "";
  return { name: quote(name), users: `${dags.slice(0, mostDagsShown).join(", ")}${more}` };
}

/** YAML reads a text of JSON as the same text. */
function quote(text: string): string {
  return JSON.stringify(text);
}

/** Also a part of container names: nothing but small letters, digits and -. */
function projectName(folderName: string): string {
  const plain = folderName.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return plain.replaceAll(/^-|-$/g, "") || "dagwright";
}
