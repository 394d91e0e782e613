// Python's urllib.parse, as far as Airflow reads and writes connections with it: urlsplit, unquote, quote, parse_qsl, urlencode.
// The WHATWG `URL` differs in every corner that a password can hit (`%2F` in a host, `@` in a login, empty parts, unknown schemes).

import { isIPv6 } from "node:net";

export interface SplitUrl {
  /** Lower case; empty when there is none. */
  readonly scheme: string;
  readonly login: string | null;
  readonly password: string | null;
  /** As written, before the port, without login. */
  readonly rawHost: string;
  /** Lower case up to the first `%`; still percent-encoded. */
  readonly host: string;
  readonly port: number | null;
  readonly path: string;
  readonly query: string;
}

/** `fail` is called with a reason that never quotes the URL. */
export function splitUrl(text: string, fail: (problem: string) => never): SplitUrl {
  const { scheme, rest } = splitScheme(stripLikePython(text));
  const { authority, tail } = splitAuthority(rest);
  checkAuthority(authority, fail);
  const beforeFragment = tail.split("#", 1)[0]!;
  const [path, query] = partition(beforeFragment, "?");
  return { scheme, ...splitLogin(authority), ...splitHost(authority, fail), path, query };
}

/** Lower case; empty when there is none. */
export function schemeOf(text: string): string {
  return splitScheme(stripLikePython(text)).scheme;
}

/** Decodes `%xx`; what is not valid UTF-8 becomes U+FFFD, what is no escape stays. */
export function unquote(text: string): string {
  return text.replaceAll(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
    utf8.decode(Uint8Array.from(run.matchAll(/[0-9a-fA-F]{2}/g), ([hex]) => Number.parseInt(hex, 16))),
  );
}

/** Percent-encodes everything but letters, digits and `_.-~`. */
export function quote(text: string): string {
  return encodeURIComponent(text.replaceAll(loneSurrogate, "\ufffd")).replaceAll(/[!'()*]/g, percentByte);
}

/** The last of two equal names wins. */
export function parseQuery(query: string): Record<string, string> {
  const pairs = query.split("&").filter((pair) => pair !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name, value] = partition(pair.replaceAll("+", " "), "=");
      return [unquote(name), unquote(value)];
    }),
  );
}

export function formatQuery(values: Readonly<Record<string, string>>): string {
  const quotePlus = (text: string) => quote(text).replaceAll("%20", "+");
  return Object.entries(values)
    .map(([name, value]) => `${quotePlus(name)}=${quotePlus(value)}`)
    .join("&");
}

/** encodeURIComponent refuses them. */
const loneSurrogate = /\p{Surrogate}/gu;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function percentByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** urlsplit drops leading control characters and spaces, and every tab and line end, wherever it stands. */
function stripLikePython(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/^[\u0000-\u0020]+/, "").replaceAll(/[\t\r\n]/g, "");
}

function splitScheme(url: string): { scheme: string; rest: string } {
  const [, scheme, rest] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(url) ?? [];
  return scheme === undefined ? { scheme: "", rest: url } : { scheme: scheme.toLowerCase(), rest: rest! };
}

function splitAuthority(rest: string): { authority: string; tail: string } {
  if (!rest.startsWith("//")) return { authority: "", tail: rest };
  const end = rest.slice(2).search(/[/?#]/);
  return end < 0
    ? { authority: rest.slice(2), tail: "" }
    : { authority: rest.slice(2, 2 + end), tail: rest.slice(2 + end) };
}

function checkAuthority(authority: string, fail: (problem: string) => never): void {
  if (authority.includes("[") !== authority.includes("]")) fail("a bracket of an IPv6 address is missing");
  if (authority.includes("[")) {
    const address = partition(partition(authority, "[")[1], "]")[0];
    if (!isIPv6(address) && !/^v[a-fA-F0-9]+\..+$/.test(address)) {
      fail("what stands between [ and ] is not an IPv6 address");
    }
  }
  const bare = authority.replaceAll(/[@:#?]/g, "");
  const normal = bare.normalize("NFKC");
  if (bare !== normal && /[/?#@:]/.test(normal)) fail("a character of it stands for one of / ? # @ :");
}

function splitLogin(authority: string): { login: string | null; password: string | null } {
  const at = authority.lastIndexOf("@");
  if (at < 0) return { login: null, password: null };
  const colon = authority.slice(0, at).indexOf(":");
  if (colon < 0) return { login: authority.slice(0, at), password: null };
  return { login: authority.slice(0, colon), password: authority.slice(colon + 1, at) };
}

function splitHost(
  authority: string,
  fail: (problem: string) => never,
): { rawHost: string; host: string; port: number | null } {
  const place = authority.slice(authority.lastIndexOf("@") + 1);
  const rawHost = partition(place, ":")[0];
  const [name, port] = place.includes("[") ? splitBracketed(place) : partition(place, ":");
  // A zone (`fe80::1%eth0`) keeps its case.
  const [beforeZone] = partition(name, "%");
  const host = beforeZone.toLowerCase() + name.slice(beforeZone.length);
  if (port === "") return { rawHost, host, port: null };
  if (!/^[0-9]+$/.test(port)) fail("its port is not a number");
  if (Number(port) > 65_535) fail("its port is above 65535");
  return { rawHost, host, port: Number(port) };
}

function splitBracketed(place: string): [string, string] {
  const [address, rest] = partition(partition(place, "[")[1], "]");
  return [address, partition(rest, ":")[1]];
}

function partition(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + separator.length)];
}
