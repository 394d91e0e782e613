import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import type { Connection } from "../../../runtime/connections/connection.ts";
import { connectS3 } from "../../../runtime/connections/s3.ts";
import { readS3Object, type S3Download, type S3Object } from "../../../runtime/streams/s3-object.ts";
import { createBucket, describeWithS3, s3Connection, s3Url } from "../../support/s3.ts";
import { troubleOf } from "../../support/trouble.ts";
import { startWire, type Wire, type WireRules } from "../../support/wire.ts";

const never = new AbortController().signal;

describeWithS3("the download of an object", () => {
  it.each([undefined, "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
    "has all bytes in order, and their SHA-256; S3's own checksum: %s",
    async (ChecksumAlgorithm) => {
      const { object, bytes } = await putObject(3_000_001, ChecksumAlgorithm && { ChecksumAlgorithm });
      const { download, received } = await read(object, s3Connection());
      expect(sha256Of(received)).toBe(sha256Of(bytes));
      expect(download.digest()).toEqual({ sha256: sha256Of(bytes), bytes: 3_000_001 });
    },
  );

  it.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
    "notices a byte that changed on its way: %s",
    async (ChecksumAlgorithm) => {
      const { object } = await putObject(1_000_000, { ChecksumAlgorithm });
      const { url } = await wireTo(() => ({ onAnswer: inBody(500_000, (data) => flipLast(data)) }));
      const error = await troubleOf(read(object, s3Connection("test_s3", url)));
      expect(error.message).toMatch(/^the object did not arrive as S3 keeps it .*: another \w+ after 1000000 bytes/);
      expect(error.trouble.isRetryable ?? true).toBe(true);
    },
  );

  it("goes on where the connection was cut, with the same version, and is the same to the last byte", async () => {
    const { object, bytes } = await putObject(3_000_001, { ChecksumAlgorithm: "CRC64NVME" });
    const requests: string[] = [];
    const { url } = await wireTo(() => ({
      onRequest: (data) => {
        requests.push(data.toString("latin1").toLowerCase());
        return "pass";
      },
      onAnswer: requests.length < 3 ? inBody(1_000_000, () => "cut") : undefined,
    }));
    const { download, received } = await read(object, s3Connection("test_s3", url));
    expect(sha256Of(received)).toBe(sha256Of(bytes));
    expect(download.digest()).toEqual({ sha256: sha256Of(bytes), bytes: 3_000_001 });
    expect(requests.length).toBeGreaterThanOrEqual(3);
    for (const request of requests) expect(request).toContain(`if-match: "${object.etag}"`);
    expect(requests.map((request) => /range: bytes=\d+-/.test(request))).toEqual(requests.map((_, index) => index > 0));
  });

  it("goes on when the server fell silent", async () => {
    const { object, bytes } = await putObject(3_000_001);
    let connections = 0;
    const { url } = await wireTo(() => {
      connections += 1;
      return connections === 1 ? { onAnswer: inBody(1_000_000, () => "hold") } : {};
    });
    const session = await connectS3(s3Connection("test_s3", url), never);
    onTestFinished(() => session.close());
    const chunks: Uint8Array[] = [];
    const download = readS3Object(session, object, { signal: never, silenceLimitMs: 300 });
    for await (const chunk of download) chunks.push(chunk);
    expect(sha256Of(Buffer.concat(chunks))).toBe(sha256Of(bytes));
    expect(connections).toBeGreaterThan(1);
  });

  it("is given up when the connection is cut again and again before anything came", async () => {
    const { object } = await putObject(3_000_001);
    let connections = 0;
    const { url } = await wireTo(() => {
      connections += 1;
      return { onAnswer: inBody(connections === 1 ? 1_000_000 : 0, () => "cut") };
    });
    const error = await troubleOf(read(object, s3Connection("test_s3", url)));
    expect(error.message).toMatch(
      /^the download was given up after 5 tries that did not get on \(s3:.*\): \d+ of 3000001/,
    );
    expect(error.message).toContain("the connection to S3 was cut");
    expect(error.trouble.isRetryable ?? true).toBe(true);
    // Where an answer does not even begin, the SDK tries three times by itself.
    expect(connections).toBeGreaterThanOrEqual(5);
    expect(connections).toBeLessThanOrEqual(15);
  });

  it("is refused when the object was replaced before it began", async () => {
    const { object, bucket } = await putObject(100);
    await bucket.put(object.key, randomBytes(100));
    const error = await troubleOf(read(object, s3Connection()));
    expect(error.message).toMatch(/^the object was replaced since it was found \(s3:.*PreconditionFailed, HTTP 412/);
    expect(error.trouble.isRetryable).toBe(false);
  });

  it("never mixes the bytes of two versions: replaced while the connection is cut, it ends", async () => {
    const { object, bucket, bytes } = await putObject(3_000_001);
    const { url } = await wireTo(() => ({ onAnswer: inBody(1_000_000, () => "cut") }));
    const received: Uint8Array[] = [];
    const reading = (async () => {
      let isReplaced = false;
      for await (const chunk of await open(object, s3Connection("test_s3", url))) {
        received.push(chunk);
        if (!isReplaced) await bucket.put(object.key, randomBytes(3_000_001));
        isReplaced = true;
      }
    })();
    const error = await troubleOf(reading);
    expect(error.message).toMatch(/^the object was replaced since it was found/);
    expect(error.trouble.isRetryable).toBe(false);
    const got = Buffer.concat(received);
    expect(got.length).toBeGreaterThan(0);
    expect(got.length).toBeLessThan(3_000_001);
    expect(got.equals(bytes.subarray(0, got.length))).toBe(true);
  });

  it("is refused when the object is gone", async () => {
    const { object } = await putObject(100);
    const error = await troubleOf(read({ ...object, key: "gone" }, s3Connection()));
    expect(error.message).toMatch(/^the object does not exist any more \(s3:\/\/test-\w+\/gone, connection test_s3/);
    expect(error.trouble.isRetryable).toBe(false);
  });

  it.each([99, 101])("is refused when the object has another length than was listed: %i", async (size) => {
    const { object } = await putObject(100);
    const error = await troubleOf(read({ ...object, size }, s3Connection()));
    expect(error.message).toMatch(/^the object is not as long as it was listed .*: 100 bytes instead of \d+/);
    expect(error.trouble.isRetryable).toBe(false);
  });

  it("ends at once when the task is cancelled, with its reason, and the socket is closed", async () => {
    const { object } = await putObject(3_000_001);
    const cancel = new AbortController();
    // The rest never comes: only the signal can end it.
    const { url, wire } = await wireTo(() => ({ onAnswer: inBody(1_000_000, () => "hold") }));
    const download = await open(object, s3Connection("test_s3", url), cancel.signal);
    const reading = (async () => {
      let bytes = 0;
      for await (const chunk of download) {
        bytes += chunk.length;
        if (bytes > 500_000) cancel.abort(new Error("cancelled here"));
      }
    })();
    await expect(reading).rejects.toThrow("cancelled here");
    await wire.untilClosed();
  });

  it("ends at once when the task is cancelled while it waits for an answer", async () => {
    const { object } = await putObject(100);
    const cancel = new AbortController();
    const { url, wire } = await wireTo(() => ({
      onRequest: () => {
        cancel.abort(new Error("cancelled here"));
        return "hold";
      },
    }));
    await expect(read(object, s3Connection("test_s3", url), cancel.signal)).rejects.toThrow("cancelled here");
    await wire.untilClosed();
  });

  it("closes the socket when its reader stops reading", async () => {
    const { object } = await putObject(3_000_001);
    const { url, wire } = await wireTo(() => ({}));
    const download = await open(object, s3Connection("test_s3", url));
    for await (const _ of download) break;
    await wire.untilClosed();
    expect(() => download.digest()).toThrow(/read to its end/);
  });
});

/** What S3 would not do, some server or proxy may. */
it.each<[string, RequestListener, RegExp, boolean]>([
  [
    "another version",
    (_, answer) => answer.writeHead(200, { etag: '"other"', "content-length": 4 }).end("abcd"),
    /^the object was replaced since it was found .*: ETag other in place of one/,
    false,
  ],
  [
    "too few bytes, without a length",
    (_, answer) => answer.writeHead(200, { etag: '"one"' }).end("ab"),
    /^the download was given up after 5 tries .*: 2 of 4 bytes arrived; at last: the connection to S3 was cut/,
    true,
  ],
  [
    "too many bytes, without a length",
    (_, answer) => answer.writeHead(200, { etag: '"one"' }).end("abcdef"),
    /^the object is not as long as it was listed .*: more than 4 bytes/,
    false,
  ],
  [
    "an archived object",
    (_, answer) => answer.writeHead(403).end("<Error><Code>InvalidObjectState</Code><Message>no</Message></Error>"),
    /^the object is archived .*: no \(InvalidObjectState, HTTP 403\)/,
    false,
  ],
])("a server that sends %s is told", async (_, listener, words, isRetryable) => {
  const object: S3Object = { bucket: "bucket", key: "key", etag: "one", size: 4, lastModified: "2026-01-01T00:00:00Z" };
  const error = await troubleOf(read(object, connectionTo(await listen(listener))));
  expect(error.message).toMatch(words);
  expect(error.trouble.isRetryable ?? true).toBe(isRetryable);
});

it("passes over what it has when a server can only send the whole object again", async () => {
  let answers = 0;
  const port = await listen((_, answer) => {
    answers += 1;
    answer.writeHead(200, { etag: '"one"' }).end(["abc", "abcd", "abcdefg"][answers - 1]);
  });
  const object: S3Object = { bucket: "bucket", key: "key", etag: "one", size: 7, lastModified: "2026-01-01T00:00:00Z" };
  const { received } = await read(object, connectionTo(port));
  expect(received.toString()).toBe("abcdefg");
  expect(answers).toBe(3);
});

interface ReadObject {
  readonly download: S3Download;
  readonly received: Buffer;
}

async function read(object: S3Object, connection: Connection, signal = never): Promise<ReadObject> {
  const download = await open(object, connection, signal);
  const chunks: Uint8Array[] = [];
  for await (const chunk of download) chunks.push(chunk);
  return { download, received: Buffer.concat(chunks) };
}

async function open(object: S3Object, connection: Connection, signal = never): Promise<S3Download> {
  const session = await connectS3(connection, signal);
  onTestFinished(() => session.close());
  return readS3Object(session, object, { signal });
}

async function putObject(size: number, more = {}) {
  const bucket = await createBucket();
  const bytes = randomBytes(size);
  const etag = await bucket.put("dump", bytes, more);
  const object: S3Object = { bucket: bucket.name, key: "dump", etag, size, lastModified: "2026-01-01T00:00:00.000Z" };
  return { bucket, bytes, object };
}

async function wireTo(rulesOf: () => WireRules): Promise<{ url: string; wire: Wire }> {
  const { hostname, port } = new URL(s3Url());
  const wire = await startWire({ host: hostname, port: Number(port) }, rulesOf);
  return { url: `http://127.0.0.1:${wire.port}`, wire };
}

/** Lets the head of an answer and so many bytes after it pass; then the rule decides, once for "cut" and "hold". */
function inBody(bytes: number, rule: (data: Buffer) => "cut" | "hold" | Buffer): NonNullable<WireRules["onAnswer"]> {
  let passed = 0;
  let isDone = false;
  return (data) => {
    passed += data.length;
    if (isDone || passed <= bytes + 1_000) return "pass";
    isDone = true;
    return rule(data);
  };
}

function flipLast(data: Buffer): Buffer {
  const changed = Buffer.from(data);
  changed[changed.length - 1]! ^= 1;
  return changed;
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

function connectionTo(port: number): Connection {
  const extra = { endpoint_url: `http://127.0.0.1:${port}`, region_name: "us-east-1" };
  return { id: "odd", type: "aws", host: null, port: null, schema: null, login: "a", password: "secret", extra };
}
