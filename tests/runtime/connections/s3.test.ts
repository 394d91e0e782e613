import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Connection } from "../../../runtime/connections/connection.ts";
import { connectS3 } from "../../../runtime/connections/s3.ts";
import { testConnection } from "../../../runtime/connections/test-connection.ts";
import { createFolder } from "../../support/built-project.ts";
import { type GuardedS3, startGuardedS3 } from "../../support/guarded-s3.ts";
import { createBucket, describeWithS3, s3Connection, s3Url } from "../../support/s3.ts";
import { troubleOf } from "../../support/trouble.ts";

const never = new AbortController().signal;

describeWithS3("S3, for credentials that are checked", () => {
  let guarded: GuardedS3;
  beforeAll(async () => {
    guarded = await startGuardedS3();
  });
  afterAll(() => guarded.stop());

  it("lists and reads what they may", async () => {
    const page = await list(guarded.connection, "open");
    expect(page.objects).toMatchObject([{ key: "dump", size: 5, isArchived: false }]);
  });

  it.each<[string, Partial<Connection>, RegExp]>([
    [
      "may not",
      {},
      /^S3 denies access \(s3:\/\/closed\/, connection guarded, http:.*\(AccessDenied, HTTP 403\)\. Allow/,
    ],
    [
      "has a wrong secret",
      { password: "wrong-secret" },
      /^S3 refuses the signature .*\(SignatureDoesNotMatch, HTTP 403/,
    ],
    [
      "is not known",
      { login: "AKIAUNKNOWN0000000" },
      /^S3 does not know the access key .*\(InvalidAccessKeyId, HTTP 403/,
    ],
  ])("says when their owner %s", async (_, change, words) => {
    const error = await troubleOf(list({ ...guarded.connection, ...change }, "closed"));
    expect(error.message).toMatch(words);
    expect(error.message).not.toMatch(/wrong-secret/);
    expect(error.message).not.toContain(guarded.connection.password);
    expect(error.trouble.isRetryable).toBe(false);
  });

  it("is told apart in a test of the connection: known, but without the right to list buckets", async () => {
    const { server } = await testConnection(guarded.connection, never);
    expect(server).toMatch(/^S3 \(connection guarded, http:.*; its credentials are known, and may not list buckets; /);
    const error = await troubleOf(testConnection({ ...guarded.connection, password: "wrong-secret" }, never));
    expect(error.message).toMatch(/^S3 refuses the signature/);
  });

  it("may be of the instance's role", async () => {
    const asked: string[] = [];
    const service = await listen((request, answer) => {
      asked.push(`${request.method} ${request.url}`);
      const isToken = request.method === "PUT" && request.url === "/latest/api/token";
      if (isToken) return void answer.setHeader("x-aws-ec2-metadata-token-ttl-seconds", "60").end("the-token");
      if (request.headers["x-aws-ec2-metadata-token"] !== "the-token") return void answer.writeHead(401).end();
      answer.end(request.url!.endsWith("/backup-reader") ? keysOf(guarded) : "backup-reader");
    });
    alone({
      AWS_EC2_METADATA_DISABLED: "false",
      AWS_EC2_METADATA_SERVICE_ENDPOINT: service,
      AWS_ENDPOINT_URL_S3: guarded.connection.extra["endpoint_url"] as string,
    });
    expect((await list(undefined, "open")).objects).toMatchObject([{ key: "dump" }]);
    const role = "/latest/meta-data/iam/security-credentials/";
    expect(asked).toEqual(["PUT /latest/api/token", `GET ${role}`, `GET ${role}backup-reader`]);
    expect((await troubleOf(list(undefined, "closed"))).message).toMatch(/^S3 denies access/);
  });

  it("may be of the container's role", async () => {
    const service = await listen((request, answer) => {
      if (request.headers.authorization !== "the-token") return void answer.writeHead(401).end();
      answer.end(keysOf(guarded));
    });
    alone({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${service}/keys`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "the-token",
      AWS_ENDPOINT_URL_S3: guarded.connection.extra["endpoint_url"] as string,
    });
    expect((await list(undefined, "open")).objects).toMatchObject([{ key: "dump" }]);
  });
});

describeWithS3("S3, without a connection", () => {
  it("takes credentials, endpoint and region from the environment", async () => {
    const bucket = await createBucket();
    await bucket.put("dump", "x");
    const { login, password } = s3Connection();
    alone({
      AWS_ACCESS_KEY_ID: login!,
      AWS_SECRET_ACCESS_KEY: password!,
      AWS_ENDPOINT_URL_S3: s3Url(),
      AWS_DEFAULT_REGION: "us-east-1",
    });
    expect((await list(undefined, bucket.name)).objects).toMatchObject([{ key: "dump" }]);
  });

  it("takes them from a profile of the shared configuration, with or without a connection that names it", async () => {
    const bucket = await createBucket();
    await bucket.put("dump", "x");
    const { login, password } = s3Connection();
    const file = join(createFolder(), "config");
    const lines = [
      "[profile backup]",
      `aws_access_key_id = ${login}`,
      `aws_secret_access_key = ${password}`,
      "region = us-east-1",
    ];
    writeFileSync(file, lines.join("\n"));
    alone({ AWS_CONFIG_FILE: file, AWS_ENDPOINT_URL: s3Url() });
    const extra = { profile_name: "backup" };
    const named = { ...s3Connection(), login: null, password: null, extra };
    expect((await list(named, bucket.name)).objects).toMatchObject([{ key: "dump" }]);
    vi.stubEnv("AWS_PROFILE", "backup");
    expect((await list(undefined, bucket.name)).objects).toMatchObject([{ key: "dump" }]);
  });

  it("says where it looked when there are none", async () => {
    alone({ AWS_ENDPOINT_URL: s3Url() });
    const error = await troubleOf(list(undefined, "bucket"));
    expect(error.message).toMatch(
      /^no credentials for S3 were found \(s3:\/\/bucket\/, without a connection, http:.*\. Give the connection a login/,
    );
    expect(error.trouble.isRetryable).toBe(false);
  });

  it("says that a profile does not exist", async () => {
    alone({ AWS_ENDPOINT_URL: s3Url(), AWS_PROFILE: "absent" });
    const error = await troubleOf(list(undefined, "bucket"));
    expect(error.message).toMatch(/^(no credentials for S3 were found|the credentials for S3 cannot be got)/);
  });
});

describe("what answers", () => {
  it.each<[number, string, RegExp, boolean]>([
    [404, "NoSuchBucket", /^the bucket does not exist/, false],
    [403, "AccessDenied", /^S3 denies access/, false],
    [403, "InvalidAccessKeyId", /^S3 does not know the access key/, false],
    [403, "SignatureDoesNotMatch", /^S3 refuses the signature/, false],
    [400, "ExpiredToken", /^the credentials of S3 have expired/, false],
    [400, "InvalidToken", /^S3 refuses the session token/, false],
    [403, "RequestTimeTooSkewed", /^the clocks of this machine and of S3 differ too much/, false],
    [301, "PermanentRedirect", /^the bucket is in another region .*its region is eu-west-1/, false],
    [
      400,
      "AuthorizationHeaderMalformed",
      /^the bucket is in another region .*its region is eu-west-1.*region_name/,
      false,
    ],
    [503, "SlowDown", /^S3 asks to slow down/, true],
    [500, "InternalError", /^S3 failed by itself/, true],
    [503, "SomethingNew", /^S3 failed .*SomethingNew, HTTP 503/, true],
    [400, "SomethingNew", /^S3 refused the request .*SomethingNew, HTTP 400/, false],
  ])("is told in a sentence: HTTP %i, %s", async (status, code, words, isRetryable) => {
    const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>words</Message><Region>eu-west-1</Region></Error>`;
    const error = await errorFrom((_, answer) => {
      answer.writeHead(status, { "content-type": "application/xml", "x-amz-bucket-region": "eu-west-1" }).end(xml);
    });
    expect(error.message).toMatch(words);
    expect(error.trouble.where).toMatch(/^s3:\/\/bucket\/, connection odd, http:\/\/127\.0\.0\.1:\d+$/);
    expect(error.trouble.isRetryable ?? true).toBe(isRetryable);
  });

  it.each<[string, RequestListener, RegExp, boolean]>([
    [
      "a page",
      (_, answer) => answer.end("<!doctype html><html><body>Welcome</body></html>"),
      /^what listens there does not answer like S3/,
      false,
    ],
    ["other XML", (_, answer) => answer.end("<a/>"), /^what listens there does not answer like S3/, false],
    ["JSON", (_, answer) => answer.end('{"a":1}'), /^what listens there does not answer like S3/, false],
    [
      "a page that is not found",
      (_, answer) => answer.writeHead(404).end("<html>no</html>"),
      /^(nothing of S3 is there|what listens there does not answer like S3)/,
      false,
    ],
    [
      "a proxy that wants a login",
      (_, answer) => answer.writeHead(401).end("no"),
      /^(S3 denies access|what listens there)/,
      false,
    ],
    [
      "a gateway without a server",
      (_, answer) => answer.writeHead(502).end("bad gateway"),
      /^S3 failed .*HTTP 502/,
      true,
    ],
    ["nothing, and closes", (request) => request.socket.destroy(), /^the connection to S3 was cut/, true],
  ])("is told when it is no S3: %s", async (_, listener, words, isRetryable) => {
    const error = await errorFrom(listener);
    expect(error.message).toMatch(words);
    expect(error.trouble.isRetryable ?? true).toBe(isRetryable);
  });

  it("is told when nothing does", async () => {
    const error = await troubleOf(list(connectionTo(`http://127.0.0.1:${await closedPort()}`), "bucket"));
    expect(error.message).toMatch(/^nothing listens there .*ECONNREFUSED.*Is S3 running there/);
    expect(error.trouble.isRetryable ?? true).toBe(true);
  });

  it("is told when the name is not known", async () => {
    const error = await troubleOf(list(connectionTo("https://s3.invalid"), "bucket"));
    expect(error.message).toMatch(/^the host name is not known/);
  });

  it("is told when it speaks no TLS", async () => {
    const server = createTcpServer(
      (socket) => void socket.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const error = await troubleOf(list(connectionTo(`https://127.0.0.1:${port}`), "bucket"));
    expect(error.message).toMatch(/^TLS failed/);
    expect(error.trouble.isRetryable).toBe(false);
  });

  it("is believed when its certificate is of the authority that the connection names, and only then", async () => {
    const folder = createFolder();
    const [key, cert] = [join(folder, "own.key"), join(folder, "own.crt")];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    execFileSync("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", cert, ...names], { stdio: "pipe" });
    const listing = "<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated></ListBucketResult>";
    const files = { key: readFileSync(key), cert: readFileSync(cert) };
    const server = createTlsServer(files, (_, answer) => void answer.end(listing)).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const connection = connectionTo(`https://127.0.0.1:${(server.address() as { port: number }).port}`);
    const error = await troubleOf(list(connection, "bucket"));
    expect(error.message).toMatch(/^the server's certificate is not from a trusted authority/);
    expect(error.trouble.isRetryable).toBe(false);
    const trusting = { ...connection, extra: { ...connection.extra, verify: cert } };
    expect((await list(trusting, "bucket")).objects).toEqual([]);
  });

  it("is left at once when the task is cancelled", async () => {
    const cancel = new AbortController();
    const listening = await listen(() => cancel.abort(new Error("cancelled here")));
    const session = await connectS3(connectionTo(listening), cancel.signal);
    await expect(session.listPage({ bucket: "bucket", prefix: "" })).rejects.toThrow("cancelled here");
    session.close();
  });
});

async function list(connection: Connection | undefined, bucket: string) {
  const session = await connectS3(connection, never);
  try {
    return await session.listPage({ bucket, prefix: "" });
  } finally {
    session.close();
  }
}

async function errorFrom(listener: RequestListener) {
  return troubleOf(list(connectionTo(await listen(listener)), "bucket"));
}

/** As both services answer. */
function keysOf({ roleKeys }: GuardedS3): string {
  return JSON.stringify({ Code: "Success", ...roleKeys });
}

/** Nothing of this machine's own: no role is asked for, no file read. */
function alone(environment: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  const nowhere = join(createFolder(), "absent");
  const files = { AWS_CONFIG_FILE: nowhere, AWS_SHARED_CREDENTIALS_FILE: nowhere, AWS_EC2_METADATA_DISABLED: "true" };
  for (const [name, value] of Object.entries({ ...files, ...environment })) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function connectionTo(url: string): Connection {
  const extra = { endpoint_url: url, region_name: "us-east-1" };
  return { id: "odd", type: "aws", host: null, port: null, schema: null, login: "a", password: "secret", extra };
}
