import { beforeAll, describe, expect, it } from "vitest";
import type { Connection } from "../../../runtime/connections/connection.ts";
import { formatConnectionUri } from "../../../runtime/connections/connection-uri.ts";
import { parseConnection } from "../../../runtime/connections/parse-connection.ts";
import { isKnownError } from "../../../runtime/errors.ts";
import { airflowVersions, describeWithPython } from "../../support/airflow.ts";
import {
  type AirflowFields,
  type AirflowReading,
  type AirflowWriting,
  askAirflow,
  toConnection,
} from "./airflow-connections.ts";
import { randomConnections } from "./random-connections.ts";

const full: AirflowFields = {
  conn_type: "postgres",
  host: "db.example.com",
  schema: "warehouse",
  login: "loader",
  password: "correct horse",
  port: 5432,
  extra: null,
};
const none: AirflowFields = {
  conn_type: "postgres",
  host: null,
  schema: null,
  login: null,
  password: null,
  port: null,
  extra: null,
};
const odd = ":/?#[]@!$&'()*+,;=%\"\\ {}";

/** Connections that Airflow writes and both read. */
const connections: [string, AirflowFields][] = [
  ["everything", full],
  ["nothing but a type", none],
  ["host only", { ...none, host: "h" }],
  ["port only", { ...none, port: 5432 }],
  ["host and port", { ...none, host: "h", port: 1 }],
  ["schema only", { ...none, schema: "s" }],
  ["login only", { ...none, login: "u" }],
  ["password only", { ...none, password: "secret" }],
  ["login and password, no host", { ...none, login: "u", password: "secret" }],
  ["port and password", { ...none, password: "secret", port: 7 }],
  ["port and schema", { ...none, schema: "s", port: 7 }],
  ["extra only", { ...none, extra: { a: "1" } }],
  ["schema and extra", { ...none, schema: "s", extra: { a: "1" } }],
  ["empty texts", { ...none, host: "", schema: "", login: "", password: "", extra: {} }],
  ["an empty login before a password", { ...full, login: "" }],
  ["an empty password", { ...full, password: "" }],
  ["port 0", { ...full, port: 0 }],
  ["port 65535", { ...full, port: 65_535 }],
  ...[...odd].map((c): [string, AirflowFields] => [`${c} in login, password and schema`, around(c)]),
  ...[...odd].map((c): [string, AirflowFields] => [
    `${c} in extras`,
    { ...full, extra: { [`a${c}`]: c, b: `${c}x${c}` } },
  ]),
  ["all odd characters together", { ...full, login: odd, password: odd, schema: odd, extra: { [odd]: odd } }],
  ["odd characters twice encoded", { ...full, password: encodeURIComponent(encodeURIComponent(odd)) }],
  ["a plus and a space", { ...full, password: "a+b c", extra: { "a+b": "a b+c" } }],
  ["umlauts", { ...full, login: "jürgen", password: "größe", schema: "überall", extra: { ä: "ö" } }],
  ["an umlaut in the host", { ...full, host: "münchen.example" }],
  ["emoji", { ...full, login: "🙂", password: "p🔑w", schema: "🗄️", extra: { "🙂": "🔑" } }],
  ["newlines and tabs", { ...full, password: "a\nb\r\nc\td", extra: { pem: "-----BEGIN\nabc\n-----END\n" } }],
  ["control characters", { ...full, password: "\u0001\u001f\u007f\u0085", schema: "\u0000x" }],
  ["leading and trailing spaces", { ...full, login: " u ", password: " p ", schema: " s " }],
  ["a byte order mark", { ...full, password: "\ufeffp" }],
  ["a capital host", { ...full, host: "DB.Example.COM" }],
  ["an IPv6 address", { ...full, host: "2001:db8::1" }],
  ["a bracketed IPv6 address", { ...full, host: "[2001:db8::1]" }],
  ["a socket's folder", { ...full, host: "/var/run/PostgreSQL" }],
  ["a socket's folder without a port", { ...none, host: "/tmp" }],
  ["an https host", { ...full, conn_type: "http", host: "https://api.example.com" }],
  ["an https host with a path", { ...full, conn_type: "http", host: "https://api.example.com/V1" }],
  ["an http host of type http", { ...full, conn_type: "http", host: "http://api.example.com" }],
  ["a type with a low line", { ...full, conn_type: "google_cloud_platform" }],
  ["the type postgresql", { ...full, conn_type: "postgresql" }],
  ["an http type", { ...full, conn_type: "http" }],
  ["a nested extra", { ...full, extra: { a: { b: [1, "x", null, true] }, c: "d" } }],
  ["a number in extra", { ...full, extra: { connect_timeout: 10 } }],
  ["true and null in extra", { ...full, extra: { a: true, b: null } }],
  ["a blank value in extra", { ...full, extra: { a: "", b: "x" } }],
  ["a blank key in extra", { ...full, extra: { "": "x" } }],
  ["JSON text in extra", { ...full, extra: { keyfile_dict: '{"private_key": "a\\nb"}' } }],
  ["an extra named like a prototype", { ...full, extra: JSON.parse('{"__proto__": "x", "constructor": "y"}') }],
  ["a nested extra without a schema", { ...none, extra: { a: [] } }],
  ["a protocol in the password", { ...full, password: "http://x://y" }],
  ["a long password", { ...full, password: odd.repeat(200) }],
];

/** Texts that people write by hand. */
const texts = [
  "postgres://user:password@host:5432/database",
  "postgresql://user:password@host/database?sslmode=require&connect_timeout=5",
  "Postgres://User@Host/Database",
  "POSTGRESQL://h",
  "google-cloud-platform://?keyfile_dict=%7B%22a%22%3A1%7D",
  "google-cloud-platform://",
  "aws:",
  "//host",
  "//user:pw@host:1/s",
  "postgres://host",
  "postgres://host/",
  "postgres://host:/db",
  "postgres://host:0/db",
  "postgres://@host",
  "postgres://:@host",
  "postgres://user:@host",
  "postgres://:pw@host",
  "postgres://u:p:q@host",
  "postgres://u@x:p@y@host",
  "postgres://u:p%40q@host",
  "postgres://u:p%zz%4@host",
  "postgres://u:%ff%fe%C3%28@host",
  "postgres://u:%E2%82@host",
  "postgres://ü:ö@ä.example/ß",
  "postgres://[::1]:5432/db",
  "postgres://[::1]/db",
  "postgres://u:p@[fe80::1%25eth0]:5432/db",
  "postgres://u:p@[FE80::ABCD%ETH0]:5432/db",
  "postgres://[v1.x]:5432/db",
  "postgres://%2Ftmp%2FSockets:5432/db",
  "postgres://host/db/with/slashes",
  "postgres://host/db%2Fwith%2Fslashes",
  "postgres://host/db#fragment",
  "postgres://host/db?a=1#fragment",
  "postgres://host/db?a=1&a=2",
  "postgres://host/db?a&b=&=c&&d==e",
  "postgres://host/db?a=b+c%2Bd",
  "postgres://host/db?a=1;b=2",
  "postgres://host?a=1",
  "postgres://host/?__extra__=%7B%22a%22%3A+%5B1%5D%7D",
  "postgres://host/?__extra__=",
  "postgres://host/?__extra__=%7B%22a%22%3A1%7D&b=2",
  "postgres://host/?__proto__=1",
  "http://https://host.example:443/path?x=y",
  "http://https://host.example",
  "http://http://host.example",
  "http://https://user:pw@host.example",
  "http://user:pw@https://host.example",
  "http://user@https://host.example",
  "http://https://https://host",
  "spark://k8s://100.68.0.1:443?deploy-mode=cluster",
  "  postgres://u:p@h/db\n",
  "postgres://u:p@ho\tst/d\nb",
  '{"conn_type": "postgres", "host": "h", "port": 5432}',
  '{"conn_type": "postgresql", "host": "h", "port": "5432", "extra": "{\\"a\\": 1}"}',
  '{"conn_type": "google-cloud-platform", "extra": {"a": {"b": [1, 2]}}}',
  '{"conn_type": "postgres", "description": "for tests", "login": null, "password": "", "port": null, "extra": ""}',
  '  {"conn_type": "postgres", "host": "H", "schema": "S"}  ',
  '{"host": "h"}',
  "{}",
];

/** Texts that Airflow refuses, and the words that we refuse them with. */
const refused: [string, RegExp][] = [
  ["postgres://user:pass/word-secret@host/db", /port is not a number.*percent-encoded/],
  ["postgres://user:word-secret?x@host/db", /port is not a number/],
  ["postgres://user:word-secret@host:port", /port is not a number/],
  ["postgres://user:word-secret@host:99999/db", /above 65535/],
  ["postgres://user:word-secret[@host/db", /bracket/],
  ["postgres://user:word-secret@[::1/db", /bracket/],
  ["postgres://user:word-secret@[not-an-address]/db", /not an IPv6 address/],
  ["postgres://user:word-secret@[10.0.0.1]/db", /not an IPv6 address/],
  ["postgres://user:word-secret@ho℀st/db", /stands for one of/],
  ["a://b://c://word-secret", /more than twice/],
  ["http://user:word-secret@https://host", /before the protocol/],
  ['{"conn_type": "postgres", "password": "word-secret"', /not JSON/],
  ['{"conn_type": "postgres", "passwort": "word-secret"}', /unknown key "passwort".*did you mean "password"/],
  ['{"conn_type": "postgres", "password": "word-secret", "port": "x"}', /port is not a whole number/],
];

/** Texts that Airflow takes, and that can only be a mistake. */
const refusedByUsOnly: [string, RegExp][] = [
  ["word-secret", /neither a URI nor JSON/],
  ["", /neither a URI nor JSON/],
  ['{"conn_type": "postgres", "password": 12345678}', /password is not a text/],
  ['{"conn_type": "postgres", "password": "word-secret", "port": 70000}', /port is not a whole number/],
  ['{"conn_type": "postgres", "extra": "word-secret"}', /extra is not JSON/],
  ['{"conn_type": "postgres", "extra": ["word-secret"]}', /extra is not a JSON object/],
  ["postgres://h/?__extra__=word-secret", /extra is not JSON/],
];

describeWithPython("a connection reads as Airflow reads it", () => {
  const random = randomConnections(20_260_101, 400);
  const all = [...connections.map(([, fields]) => fields), ...random];

  describe.each(airflowVersions)("%s", (version) => {
    let written: AirflowWriting[];
    let read: AirflowReading[];
    let refusedThere: AirflowReading[];

    beforeAll(async () => {
      const handwritten = [...texts, ...refused.map(([text]) => text)];
      const answer = await askAirflow(version, { connections: all, texts: handwritten });
      written = answer.connections;
      read = answer.texts.slice(0, texts.length);
      refusedThere = answer.texts.slice(texts.length);
    });

    it.each(connections.map(([name], index) => [name, index] as const))("from what Airflow writes: %s", (_, index) => {
      expectSameReading(written[index]!);
    });

    it(`from what Airflow writes: ${random.length} random connections`, () => {
      for (const each of written.slice(connections.length)) expectSameReading(each);
    });

    it.each(texts.map((text, index) => [text, index] as const))("from %j", (text, index) => {
      expectReading(text, read[index]!);
    });

    it.each(refused.map(([text], index) => [text, index] as const))("and refuses %j too", (_, index) => {
      expect(refusedThere[index]).toHaveProperty("error");
    });

    it("writes the URI that Airflow writes, but for empty parts and the spelling of nested JSON", () => {
      const rows = written.map((each, index) => [each, all[index]!] as const);
      const plain = rows.filter(
        ([, fields]) => ![fields.login, fields.password].includes("") && !isEmpty(fields.extra),
      );
      // 3.0 repeats a protocol that is the type too, and cannot read that back.
      const readable = plain.filter(([, { host, conn_type }]) => !host?.startsWith(`${conn_type}://`));
      expect(readable.length).toBeGreaterThan(300);
      for (const [{ uri, json }] of readable) {
        const ours = formatConnectionUri(parseConnection("x", json));
        expect(withoutNestedExtra(ours)).toBe(withoutNestedExtra(uri.replace(/^postgresql:/, "postgres:")));
      }
    });
  });
});

describe("the URI of a connection", () => {
  const random = randomConnections(7, 300);
  it.each(connections)("reads back as the same connection: %s", (_, fields) => expectRoundTrip(fields));
  it(`reads back as the same connection: ${random.length} random ones`, () => random.forEach(expectRoundTrip));
});

describe("a text that is no connection", () => {
  it.each([...refused, ...refusedByUsOnly])("%j is refused in words, without retry, and not shown", (text, words) => {
    const error = thrownBy(() => parseConnection("pagila", text));
    if (!isKnownError(error)) throw error;
    expect(error.message).toMatch(/^the connection pagila cannot be read: /);
    expect(error.message).toMatch(words);
    expect(error.message).not.toContain("word-secret");
    expect(error.trouble.isRetryable).toBe(false);
  });
});

function around(text: string): AirflowFields {
  return { ...full, login: `a${text}b`, password: `${text}${text}pw${text}`, schema: `${text}s` };
}

function expectSameReading({ uri, json, fromUri, fromJson }: AirflowWriting): void {
  expectReading(uri, fromUri);
  expectReading(json, fromJson);
}

function expectReading(text: string, reading: AirflowReading): void {
  if (reading.error === undefined) expect(parts(text), text).toEqual(toConnection(reading));
  else expect(() => parseConnection("x", text), text).toThrow(/^the connection x cannot be read/);
}

/** Hosts lose their case, in Airflow too. */
function expectRoundTrip(fields: AirflowFields): void {
  const original = toConnection(fields);
  const connection = { ...original, type: original.type === "postgresql" ? "postgres" : original.type };
  const read = parts(formatConnectionUri({ id: "x", ...connection }));
  const lowered = (host: string | null) => host?.toLowerCase() ?? null;
  expect({ ...read, host: lowered(read.host) }).toEqual({ ...connection, host: lowered(connection.host) });
}

function isEmpty(extra: AirflowFields["extra"]): boolean {
  return extra !== null && Object.keys(extra).length === 0;
}

function withoutNestedExtra(uri: string): string {
  return uri.replace(/\?__extra__=.*/, "?__extra__=…");
}

function parts(text: string): Omit<Connection, "id"> {
  const { id, ...rest } = parseConnection("x", text);
  expect(id).toBe("x");
  return rest;
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
