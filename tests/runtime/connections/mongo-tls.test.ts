import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testConnection } from "../../../runtime/connections/test-connection.ts";
import type { JsonObject } from "../../../runtime/dag/json.ts";
import { createFolder } from "../../support/built-project.ts";
import { makeArchive } from "../../support/mongo-archive.ts";
import {
  createMongoDatabase,
  describeWithMongo,
  mongoConnection,
  startTlsMongo,
  type TestMongo,
} from "../../support/mongo-server.ts";
import { useMongorestore } from "../../support/mongorestore.ts";
import { restoreInto } from "../../support/restored-archive.ts";
import { describeWithS3 } from "../../support/s3.ts";
import { troubleOf } from "../../support/trouble.ts";
import { makeCertificates } from "./tls-server.ts";

const never = new AbortController().signal;

let server: (TestMongo & { stop(): Promise<void> }) | undefined;
let file: (name: string) => string;
beforeAll(async () => {
  const folder = createFolder();
  makeCertificates(folder, "correct-horse");
  file = (name) => join(folder, name);
  server = await startTlsMongo({
    key: file("server.key"),
    certificate: file("server.crt"),
    authority: file("root.crt"),
  });
});
afterAll(() => server?.stop());

const limits = { authSource: "admin", serverSelectionTimeoutMS: 2_000 };

it("a server's certificate is checked, as to who signed it and for whom", async (context) => {
  if (server === undefined) return context.skip();
  const extra = { ...limits, tls: true, tlsCAFile: file("root.crt") };
  const tested = await testConnection(mongoConnection(server, { extra }), never);
  expect(tested.server).toMatch(/^MongoDB /);

  const refused = async (parts: { host?: string; extra: JsonObject }) =>
    (await troubleOf(testConnection(mongoConnection(server!, parts), never))).trouble;
  const unsafe = { what: "the server's certificate is not from a trusted authority", isRetryable: false };
  expect(await refused({ extra: { ...limits, tls: true } })).toMatchObject(unsafe);
  expect(await refused({ extra: { ...limits, tls: true, tlsCAFile: file("other-root.crt") } })).toMatchObject(unsafe);
  expect(await refused({ host: "127.0.0.1", extra })).toMatchObject({
    what: "the server's certificate is for another name",
    isRetryable: false,
  });
  expect((await refused({ extra: limits })).what).toMatch(/^(the connection|MongoDB does not answer)/);
});

describeWithMongo("TLS", (plain) => {
  it("is not given up where the server has none", async () => {
    const extra = { ...limits, tls: true };
    const { what } = (await troubleOf(testConnection(mongoConnection(plain(), { extra }), never))).trouble;
    expect(what).toMatch(/^(the connection|MongoDB does not answer|TLS failed)/);
  });
});

describeWithS3("restoreMongo", () => {
  it("hands TLS on to mongorestore", async (context) => {
    if (server === undefined) return context.skip();
    useMongorestore();
    const { name } = createMongoDatabase(server);
    const archive = makeArchive([{ db: name, collection: "films", documents: [{ _id: 1 }] }]);
    const extra = { ...limits, tls: true, tlsCAFile: file("root.crt") };
    expect((await restoreInto(server, { archive, to: { extra } })).namespaces).toEqual({ [`${name}.films`]: 1 });
    const other = { ...limits, tls: true, tlsCAFile: file("other-root.crt") };
    const { trouble } = await troubleOf(restoreInto(server, { archive, to: { extra: other } }));
    expect(trouble).toMatchObject({
      what: "the server's certificate is not from a trusted authority",
      isRetryable: false,
    });
  });
});
