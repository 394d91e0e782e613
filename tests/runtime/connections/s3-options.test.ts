import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { maskConnection } from "../../../runtime/connections/mask-connection.ts";
import { parseConnection } from "../../../runtime/connections/parse-connection.ts";
import { checkProtocol, findEndpoint } from "../../../runtime/connections/s3-endpoint.ts";
import { optionsOfEnvironment, readS3Options } from "../../../runtime/connections/s3-options.ts";
import { secretsOf, secretsOfEnvironment } from "../../../runtime/connections/secrets.ts";
import { projectRootVariable } from "../../../runtime/contract.ts";
import type { JsonObject } from "../../../runtime/dag/json.ts";
import { isKnownError } from "../../../runtime/errors.ts";
import { createFolder } from "../../support/built-project.ts";

const keys = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "wJalr/+secret" };

function withExtra(extra: JsonObject, parts: JsonObject = {}) {
  return parseConnection("backups", JSON.stringify({ conn_type: "aws", ...parts, extra }));
}

describe("an Airflow connection of type aws", () => {
  it.each<[string, string, object]>([
    ["nothing", "aws://", {}],
    ["login and password", "aws://AKIAEXAMPLE:wJalr%2F%2Bsecret@/", { credentials: keys }],
    ["extras", `aws:///?aws_access_key_id=AKIAEXAMPLE&aws_secret_access_key=wJalr%2F%2Bsecret`, { credentials: keys }],
    [
      "a session token",
      "aws://AKIAEXAMPLE:wJalr%2F%2Bsecret@/?aws_session_token=FwoG%2B%2F",
      { credentials: { ...keys, sessionToken: "FwoG+/" } },
    ],
    ["a region", "aws:///?region_name=eu-west-1", { region: "eu-west-1" }],
    ["a profile", "aws:///?profile_name=backup", { profile: "backup" }],
    ["an endpoint", "aws:///?endpoint_url=https%3A%2F%2Fs3.example.com", { endpoint: "https://s3.example.com" }],
  ])("gives %s", (_, uri, expected) => {
    expect(readS3Options(parseConnection("backups", uri))).toEqual({ ...optionsOfEnvironment, ...expected });
  });

  it.each<[string, JsonObject, object]>([
    [
      "S3's own endpoint before the general one",
      {
        endpoint_url: "https://a",
        service_config: { s3: { endpoint_url: "https://b" }, ec2: { endpoint_url: "https://c" } },
      },
      { endpoint: "https://b" },
    ],
    [
      "how buckets are addressed",
      { config_kwargs: { s3: { addressing_style: "virtual" }, retries: { max_attempts: 3 } } },
      { addressing: "virtual" },
    ],
    ["that authorities are checked", { verify: true }, {}],
    ["that http will do", { allow_http: true }, { allowHttp: true }],
  ])("gives %s", (_, extra, expected) => {
    expect(readS3Options(withExtra(extra))).toEqual({ ...optionsOfEnvironment, ...expected });
  });

  it("finds the authorities' file in the project's folder, wherever the task runs", () => {
    const folder = createFolder();
    writeFileSync(join(folder, "authority.pem"), "a certificate");
    vi.stubEnv(projectRootVariable, folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(readS3Options(withExtra({ verify: "authority.pem" })).authorities).toBe("a certificate");
  });

  it.each<[string, JsonObject, JsonObject, RegExp]>([
    [
      "another type",
      {},
      { conn_type: "s3" },
      /^its type is "s3", not aws \(connection backups\)\. Begin its URI with aws:\/\//,
    ],
    [
      "a host",
      {},
      { host: "minio.example.com" },
      /^it has a host or a port.*Name the server in the extra endpoint_url/,
    ],
    ["a login alone", {}, { login: "AKIA" }, /^it has a part of the credentials only/],
    ["a secret alone", { aws_secret_access_key: "s3cret" }, {}, /^it has a part of the credentials only/],
    ["a token alone", { aws_session_token: "t0ken" }, {}, /^it has a part of the credentials only/],
    ["a role", { role_arn: "arn:aws:iam::1:role/r" }, {}, /^the extra role_arn is not supported.*profile_name/],
    ["old keyword arguments", { session_kwargs: {} }, {}, /^the extra session_kwargs is not supported/],
    [
      "unsigned requests",
      { config_kwargs: { signature_version: "unsigned" } },
      {},
      /^the extra config_kwargs.signature_version is not supported/,
    ],
    [
      "another part of boto3's",
      { config_kwargs: { s3: { use_accelerate_endpoint: true } } },
      {},
      /^the extra config_kwargs.s3.use_accelerate_endpoint is not supported/,
    ],
    [
      "an unknown addressing",
      { config_kwargs: { s3: { addressing_style: "pth" } } },
      {},
      /addressing_style is "pth".*path, virtual, auto/,
    ],
    ["unchecked certificates", { verify: false }, {}, /^the extra verify is false/],
    [
      "a file that is not there",
      { verify: "/no/such.pem" },
      {},
      /^the extra verify names a file that cannot be read \(ENOENT\)/,
    ],
    ["a wish that is neither", { allow_http: "maybe" }, {}, /^the extra allow_http is "maybe"/],
    ["a misspelt name", { regoin_name: "x" }, {}, /^the extra regoin_name is not known.*did you mean "region_name"/],
    ["a text for an object", { service_config: "x" }, {}, /^the extra service_config is not an object/],
  ])("is refused by name: %s", (_, extra, parts, words) => {
    const error = errorOf(() => readS3Options(withExtra(extra, parts)));
    expect(error.message).toMatch(words);
    expect(error.message).not.toMatch(/s3cret|t0ken/);
    expect(error.trouble.isRetryable).toBe(false);
  });

  it("keeps its secrets secret", () => {
    const connection = withExtra(
      {
        aws_secret_access_key: "in-extra",
        aws_session_token: "the-token",
        session_kwargs: { aws_secret_access_key: "deeper" },
      },
      { login: "AKIAEXAMPLE", password: "the-password" },
    );
    expect(secretsOf(connection)).toEqual(["the-password", "in-extra", "the-token", "deeper"]);
    expect(JSON.stringify(maskConnection(connection))).not.toMatch(/the-password|in-extra|the-token|deeper/);
  });
});

it("what AWS's tools read from the environment is secret", () => {
  const environment = {
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "the-secret",
    AWS_SESSION_TOKEN: "the-token",
  };
  expect(secretsOfEnvironment(environment)).toEqual(["the-secret", "the-token"]);
  expect(secretsOfEnvironment({})).toEqual([]);
});

describe("the endpoint", () => {
  const find = (endpoint: string | undefined, environment = {}, allowHttp = false) =>
    findEndpoint({ ...optionsOfEnvironment, endpoint, allowHttp }, "backups", environment);

  it.each<[string | undefined, Record<string, string>, string | undefined]>([
    [undefined, {}, undefined],
    ["https://a", { AWS_ENDPOINT_URL_S3: "https://b" }, "https://a"],
    [undefined, { AWS_ENDPOINT_URL_S3: "https://b", AWS_ENDPOINT_URL: "https://c" }, "https://b"],
    [undefined, { AWS_ENDPOINT_URL: "https://c" }, "https://c"],
    [undefined, { AWS_ENDPOINT_URL: "https://c", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }, undefined],
  ])("of a connection with %s in the environment %j is %s", (endpoint, environment, expected) => {
    expect(find(endpoint, environment)?.url).toBe(expected);
  });

  it.each(["http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000", "http://minio.localhost"])(
    "may be without TLS on this machine: %s",
    (url) => expect(find(url)?.url).toBe(url),
  );

  it.each(["http://minio:9000", "http://10.0.0.1", "http://localhost.example.com", "http://127.0.0.1.example.com"])(
    "may not be without TLS elsewhere, unless the connection says so: %s",
    (url) => {
      const error = errorOf(() => find(url));
      expect(error.message).toMatch(
        /^S3 would be reached without encryption \(connection backups, extra endpoint_url\)/,
      );
      expect(error.trouble.isRetryable).toBe(false);
      expect(find(url, {}, true)?.url).toBe(url);
      expect(errorOf(() => find(undefined, { AWS_ENDPOINT_URL: url })).message).toContain("(AWS_ENDPOINT_URL)");
    },
  );

  it.each(["minio:9000", "minio", "ftp://a", "https://user:s3cret@a", "https://a?x=s3cret"])("is not %s", (url) => {
    const error = errorOf(() => find(url));
    expect(error.message).toMatch(/^the endpoint of S3 is not usable \(connection backups, extra endpoint_url\)/);
    expect(error.message).not.toContain("s3cret");
  });

  it("is looked at again where a request goes", () => {
    expect(() => checkProtocol({ protocol: "http:", hostname: "a" }, { source: "there", allowHttp: false })).toThrow(
      /^S3 would be reached without encryption \(there\): http to a/,
    );
  });
});

function errorOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (isKnownError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
