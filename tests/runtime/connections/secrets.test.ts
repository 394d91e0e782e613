import { describe, expect, it } from "vitest";
import type { Connection } from "../../../runtime/connections/connection.ts";
import { encodingsOf } from "../../../runtime/connections/secret-encodings.ts";
import { isSensitiveName, secretsOf, secretsOfVariable } from "../../../runtime/connections/secrets.ts";
import type { JsonObject } from "../../../runtime/dag/json.ts";

describe("a name is sensitive", () => {
  it.each([
    ["password", true],
    ["DB_PASSWORD_2", true],
    [" Api-Key ", true],
    ["x.private key", true],
    ["sslpassword", true],
    ["https_proxy", true],
    ["tokens", true],
    ["key", false],
    ["sslkey", false],
    ["user", false],
    ["pass_word", false],
    ["", false],
  ])("%j: %s", (name, expected) => expect(isSensitiveName(name)).toBe(expected));
});

describe("the secrets of a connection", () => {
  const pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n-----END PRIVATE KEY-----\n";
  it.each<[string, string | null, JsonObject, string[]]>([
    ["its password", "hunter2hunter2", {}, ["hunter2hunter2"]],
    ["no short password", "abcd", {}, []],
    ["not the word airflow", "Airflow", {}, []],
    ["none without a password", null, { sslmode: "require" }, []],
    ["extras of a sensitive name", null, { api_key: "abcdefgh", region: "eu-west-1" }, ["abcdefgh"]],
    ["what lies deeper", null, { auth: { "client-secret": ["abcdefgh", 12_345_678] } }, ["abcdefgh", "12345678"]],
    ["all below a sensitive name", null, { proxies: { http: "http://u:p@proxy" } }, ["http://u:p@proxy"]],
    ["the same only once", "abcdefgh", { token: "abcdefgh" }, ["abcdefgh"]],
    ["JSON in a text", null, { conf: '{"token": "abcdefgh", "x": "visible"}' }, ["abcdefgh"]],
    ["a key in a key file", null, { keyfile_dict: JSON.stringify({ k: pem }) }, [JSON.stringify({ k: pem }), pem]],
  ])("are %s", (_, password, extra, expected) => {
    expect(secretsOf({ ...connection, password, extra })).toEqual(expected);
  });
});

describe("the secrets of a variable", () => {
  it.each([
    ["api_token", "abcdefgh", ["abcdefgh"]],
    ["region", "eu-west-1", []],
    ["settings", '{"password": "abcdefgh", "host": "visible"}', ["abcdefgh"]],
    ["secret_list", '["abcdefgh"]', ['["abcdefgh"]', "abcdefgh"]],
  ])("%s = %s", (key, value, expected) => expect(secretsOfVariable(key, value)).toEqual(expected));

  it("is its whole value where an operator says that it is one", () => {
    expect(secretsOfVariable("MONGODB_PASS", "abcdefgh")).toEqual([]);
    expect(secretsOfVariable("MONGODB_PASS", "abcdefgh", true)).toEqual(["abcdefgh"]);
  });
});

describe("the encodings of a secret", () => {
  const secret = "p@ss/wörd +'\"\\$x";
  it.each([
    ["as it is", secret],
    ["encodeURIComponent", encodeURIComponent(secret)],
    ["Python's quote", "p%40ss/w%C3%B6rd%20%2B%27%22%5C%24x"],
    ["Python's quote_plus", "p%40ss%2Fw%C3%B6rd+%2B%27%22%5C%24x"],
    ["in lower case", "p%40ss%2fw%c3%b6rd%20%2b%27%22%5c%24x"],
    ["the URL class", new URL(`postgres://u:${encodeURIComponent(secret)}@h`).password],
    ["JSON", JSON.stringify(secret).slice(1, -1)],
    ["JSON in JSON", JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ["Python's json.dumps", "p@ss/w\\u00f6rd +'\\\"\\\\$x"],
    ["Jinja's tojson", 'p@ss/w\\u00f6rd +\\u0027\\"\\\\$x'],
    ["shell, single quotes", "p@ss/wörd +'\\''\"\\$x"],
    ["Python's shlex.quote", `p@ss/wörd +'"'"'"\\$x`],
    ["shell, double quotes", "p@ss/wörd +'\\\"\\\\\\$x"],
    ["hex", Buffer.from(secret).toString("hex")],
    ["hex in capitals", Buffer.from(secret).toString("hex").toUpperCase()],
    ["base64", Buffer.from(secret).toString("base64")],
    ["base64 for URLs", Buffer.from(secret).toString("base64url")],
  ])("have %s", (_, form) => expect(encodingsOf(secret)).toContain(form));

  it.each([0, 1, 2, 3, 4, 5])("have base64 with %i bytes before it", (before) => {
    for (const after of ["", "a", "ab", "abc"]) {
      const text = Buffer.from("x".repeat(before) + secret + after).toString("base64");
      expect(encodingsOf(secret).some((form) => form.length > 15 && text.includes(form))).toBe(true);
    }
  });

  it("have each line of a key, and neither its dashes nor anything short", () => {
    const forms = encodingsOf("-----BEGIN KEY-----\r\nMIIEvQIBADAN\r\nab==\r\n-----END KEY-----\r\n");
    expect(forms).toContain("MIIEvQIBADAN");
    expect(forms).toContain("-----BEGIN KEY-----\nMIIEvQIBADAN\nab==\n-----END KEY-----");
    expect(forms).not.toContain("-----BEGIN KEY-----");
    expect(forms.filter((form) => form.length < 5)).toEqual([]);
  });
});

const connection: Connection = {
  id: "x",
  type: "postgres",
  host: null,
  schema: null,
  login: null,
  password: null,
  port: null,
  extra: {},
};
