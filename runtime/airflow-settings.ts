// `airflow_settings.yaml`, the file of Astro projects that says which connections, variables and pools a local Airflow has. Connections
// and variables become what Airflow's environment would hold: JSON or a URI, and texts.
// Source: settings/types.go and settings.go of astro-cli. Entries that it skips in silence are errors here; blank ones, and those of which
// nothing but the name is filled in yet, are skipped as it does.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LineCounter, Node, YAMLMap } from "yaml";
import { suggest } from "./did-you-mean.ts";
import { KnownError } from "./errors.ts";
import { toFileError } from "./file-errors.ts";
import { loadYaml } from "./yaml.ts";

export const airflowSettingsFile = "airflow_settings.yaml" as const;

export interface AirflowSettings {
  /** By `conn_id`: the connection as a URI, or as JSON. */
  readonly connections: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
  readonly pools: ReadonlyMap<string, SettingsPool>;
}

export interface SettingsPool {
  /** -1: without limit. */
  readonly slots: number;
  readonly description: string;
}

const connectionKeys = ["conn_type", "conn_host", "conn_schema", "conn_login", "conn_password", "conn_port"] as const;
const kinds = {
  connections: { id: "conn_id", keys: ["conn_id", ...connectionKeys, "conn_uri", "conn_extra"] },
  pools: { id: "pool_name", keys: ["pool_name", "pool_slot", "pool_description"] },
  variables: { id: "variable_name", keys: ["variable_name", "variable_value"] },
} as const;
type Kind = keyof typeof kinds;

/** One entry's keys that have a value. */
type Fields = ReadonlyMap<string, Node>;

/** Empty when there is no file. @throws KnownError with the line when it is not what Astro reads, never quoting a value. */
export function readAirflowSettings(projectRoot: string): AirflowSettings {
  const text = readText(join(projectRoot, airflowSettingsFile));
  const read = text === undefined ? undefined : parseSettings(text);
  return {
    connections: read?.("connections", connectionText) ?? new Map(),
    variables: read?.("variables", variableText) ?? new Map(),
    pools: read?.("pools", poolOf) ?? new Map(),
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw toFileError(error, `${airflowSettingsFile} cannot be read`, path) ?? error;
  }
}

type Read = <Value>(kind: Kind, readValue: (fields: Fields, fail: Fail) => Value | undefined) => Map<string, Value>;
type Fail = (node: Node | undefined, found: string, remedy: string) => never;

function parseSettings(text: string): Read {
  const yaml = loadYaml();
  const lineCounter: LineCounter = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter, prettyErrors: false });
  const failAt = (offset: number | undefined, found: string, remedy: string): never => {
    const line = offset === undefined ? "" : `:${lineCounter.linePos(offset).line}`;
    const trouble = { what: `${airflowSettingsFile} cannot be read`, where: `${airflowSettingsFile}${line}` };
    throw new KnownError({ ...trouble, found, remedy, isRetryable: false });
  };
  const fail: Fail = (node, found, remedy) => failAt(node?.range?.[0], found, remedy);
  const [error] = document.errors;
  if (error) failAt(error.pos[0], `it is no YAML (${error.code})`, "Check its indentation and quotes");

  const fieldsOf = (node: Node | null | undefined, accepted: readonly string[]): Fields => {
    if (isEmpty(node)) return new Map();
    if (!yaml.isMap(node)) return fail(node!, "there is no mapping", `Write keys and values: ${accepted.join(", ")}`);
    return new Map(
      (node as YAMLMap<Node, Node | null>).items.flatMap(({ key, value: written }) => {
        const name = String(key);
        if (!accepted.includes(name)) fail(key, `unknown key ${JSON.stringify(name)}`, suggest(name, accepted));
        const value = behind(written);
        return isEmpty(value) ? [] : [[name, value!] as const];
      }),
    );
  };
  const behind = (node: Node | null) => (yaml.isAlias(node) ? (node.resolve(document) as Node | undefined) : node);
  const isEmpty = (node: Node | null | undefined) =>
    !node || (yaml.isScalar(node) && (node.value === null || node.value === ""));
  const sections = fieldsOf(fieldsOf(document.contents as Node | null, ["airflow"]).get("airflow"), Object.keys(kinds));

  return (kind, readValue) => {
    const { id, keys } = kinds[kind];
    const found = new Map<string, NonNullable<ReturnType<typeof readValue>>>();
    const section = sections.get(kind);
    if (section && !yaml.isSeq(section)) fail(section, `${kind} is no list`, `Begin each entry with "- ${id}:"`);
    for (const item of yaml.isSeq<Node>(section) ? section.items : []) {
      const fields = fieldsOf(behind(item), keys);
      const name = textOf(fields.get(id), fail);
      // A new Astro project's blank connection has an example of an extra.
      const isBlank = [...fields.keys()].every((key) => key === "conn_extra");
      if (name === undefined && !isBlank) fail(item, `an entry of ${kind} has no ${id}`, "Give it one");
      if (name !== undefined && found.has(name))
        fail(fields.get(id), `${name} is there twice`, "Remove one of the two");
      const value = name === undefined ? undefined : readValue(fields, fail);
      if (name !== undefined && value !== undefined) found.set(name, value!);
    }
    return found;
  };
}

/** What stands in the file: `007` and `1.10` stay as they are written. */
function textOf(node: Node | undefined, fail: Fail): string | undefined {
  if (node === undefined) return undefined;
  const { source, value } = node as { source?: string; value?: unknown };
  if (typeof value === "string") return value;
  return source ?? fail(node, "a text is needed", "Write it in quotes");
}

/** As `dagwright build --astro` writes them, to be filled in. */
function hasOnlyName(fields: Fields): boolean {
  return fields.size === 1;
}

function connectionText(fields: Fields, fail: Fail): string | undefined {
  if (hasOnlyName(fields)) return undefined;
  const [type, host, schema, login, password, port] = connectionKeys.map((key) => textOf(fields.get(key), fail));
  const id = fields.get("conn_id");
  const uri = textOf(fields.get("conn_uri"), fail);
  const others = [...fields.keys()].filter((key) => key !== "conn_id" && key !== "conn_uri");
  if (uri !== undefined && others.length > 0) {
    fail(fields.get("conn_uri"), `conn_uri stands beside ${others[0]}`, "Write either the URI, or its parts");
  }
  if (uri !== undefined) return uri;
  if (type === undefined) fail(id, "the connection has neither conn_type nor conn_uri", "Give it one of them");
  const extra = fields.get("conn_extra") as { toJSON(): unknown } | undefined;
  return JSON.stringify({ conn_type: type, host, schema, login, password, port, extra: extra?.toJSON() });
}

function variableText(fields: Fields, fail: Fail): string | undefined {
  return textOf(fields.get("variable_value"), fail);
}

function poolOf(fields: Fields, fail: Fail): SettingsPool | undefined {
  if (hasOnlyName(fields)) return undefined;
  const node = fields.get("pool_slot");
  const slots = Number(textOf(node, fail) ?? Number.NaN);
  const description = textOf(fields.get("pool_description"), fail) ?? "";
  if (Number.isInteger(slots) && slots !== 0) return { slots, description };
  return fail(
    node ?? fields.get("pool_name"),
    "pool_slot is no whole number",
    "Write how many slots it has; -1 is no limit",
  );
}
