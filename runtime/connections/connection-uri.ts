// A connection as a URI: `type://login:password@host:port/schema?name=value`, all parts percent-encoded, extras that are not
// flat text in `__extra__` as JSON, and a host with a protocol of its own as `type://protocol://host`.
// Source: airflow.sdk.Connection.from_uri and get_uri of 3.3; 3.0's airflow.models.Connection agrees but for repeated protocols.

import type { JsonObject } from "../dag/json.ts";
import type { Connection } from "./connection.ts";
import { normalizeType, parseExtra, unreadableConnection } from "./connection-parts.ts";
import { formatQuery, parseQuery, quote, type SplitUrl, schemeOf, splitUrl, unquote } from "./python-url.ts";

const extraKey = "__extra__";
const example = "postgres://user:password@host:5432/database";

export function parseConnectionUri(id: string, uri: string): Connection {
  const refuse = (found: string): never => {
    const remedy = `Write ${example}, with every special character of login and password percent-encoded (/ is %2F, @ is %40)`;
    throw unreadableConnection(id, found, remedy);
  };
  const schemes = uri.split("://").length - 1;
  if (schemes > 2) refuse('it holds "://" more than twice');
  const scheme = schemeOf(uri);
  if (scheme === "" && !uri.startsWith("//")) refuse("it is neither a URI nor JSON");
  // Every occurrence, as Airflow replaces it; the case must match too.
  const rest = uri.replaceAll(`${scheme}://`, schemes === 2 ? "" : "//");
  if (schemes === 2 && /[@:]/.test(rest.split("://", 1)[0]!)) {
    refuse("login and password stand before the protocol of the host");
  }
  const url = splitUrl(rest, refuse);
  const host = hostOf(url);
  const protocol = schemes === 2 ? url.scheme : "";
  return {
    id,
    type: normalizeType(scheme),
    host: host === "" || protocol === "" ? orNull(host) : `${protocol}://${host}`,
    schema: orNull(unquote(url.path.slice(1))),
    login: orNull(unquote(url.login ?? "")),
    password: orNull(unquote(url.password ?? "")),
    port: url.port || null,
    extra: extraOf(id, url.query),
  };
}

/** Airflow's `get_uri()`. Shows the password: mask the connection first where a person or a log reads it. */
export function formatConnectionUri(connection: Connection): string {
  const [protocol, host] = splitProtocol(connection);
  const authority =
    (connection.login === null ? "" : quote(connection.login)) +
    (connection.password === null ? "" : `:${quote(connection.password)}`);
  const login = authority === "" ? "" : `${authority}@`;
  const at = connection.port !== null && host === "" && login === "" ? "@" : "";
  const port = connection.port === null ? "" : `:${connection.port}`;
  const schema = connection.schema === null ? "" : `/${quote(connection.schema)}`;
  const type = connection.type === "" ? "//" : `${connection.type.toLowerCase().replaceAll("_", "-")}://`;
  const start = `${type}${protocol}${login}${at}${quote(host)}${port}${schema}`;
  if (Object.keys(connection.extra).length === 0) return start;
  return `${start}${schema === "" ? "/" : ""}?${formatExtra(connection.extra)}`;
}

function hostOf(url: SplitUrl): string {
  const host = unquote(url.host);
  // A path as host (a socket's folder, an encoded URL) keeps its case.
  return host.includes("/") ? unquote(url.rawHost) : host;
}

function extraOf(id: string, query: string): JsonObject {
  const values = parseQuery(query);
  const text = Object.hasOwn(values, extraKey) ? values[extraKey] : undefined;
  return text === undefined ? values : parseExtra(id, text);
}

function splitProtocol({ type, host }: Connection): [string, string] {
  const end = host?.indexOf("://") ?? -1;
  if (host === null || end < 0 || host.slice(0, end) === type) return ["", host ?? ""];
  return [`${host.slice(0, end)}://`, host.slice(end + 3)];
}

function formatExtra(extra: JsonObject): string {
  const flat: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(extra)) {
    if (typeof value !== "string" || name === extraKey) return formatQuery({ [extraKey]: JSON.stringify(extra) });
    flat[name] = value;
  }
  return formatQuery(flat);
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}
