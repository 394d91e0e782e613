import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Connection } from "../../../runtime/connections/connection.ts";
import { mongoServerAt, mongoServerOf } from "../../../runtime/connections/mongo-server.ts";
import { parseConnection } from "../../../runtime/connections/parse-connection.ts";
import { isKnownError, type KnownError } from "../../../runtime/errors.ts";
import { createFolder } from "../../support/built-project.ts";

const limits = "connectTimeoutMS=10000&serverSelectionTimeoutMS=10000";
const base: Connection = {
  id: "lending",
  type: "mongo",
  host: "db.example.com",
  port: null,
  schema: null,
  login: "reader",
  password: "generated-4711",
  extra: {},
};

describe("a connection of type mongo", () => {
  it.each<[string, string, Record<string, unknown>]>([
    [
      "a host alone",
      "mongo://db.example.com",
      { uri: `mongodb://db.example.com:27017/?${limits}`, login: null, database: null },
    ],
    [
      "Airflow's own example",
      "mongo://u:generated@db.example.com:27317/%3FauthSource%3Dadmin",
      { uri: `mongodb://db.example.com:27317/?${limits}`, login: "u", authSource: "admin", database: null },
    ],
    [
      "a database, which knows its user",
      "mongo://u:generated@db/lending",
      { database: "lending", authSource: "lending" },
    ],
    [
      "another one that does",
      "mongo://u:generated@db/lending?authSource=admin",
      { database: "lending", authSource: "admin" },
    ],
    [
      "SRV and a replica set",
      "mongo://u:generated@cluster.example.com/?srv=true&replicaSet=rs0",
      { uri: `mongodb+srv://cluster.example.com/?${limits}&replicaSet=rs0` },
    ],
    ["TLS", "mongo://db/?ssl=true", { uri: `mongodb://db:27017/?${limits}&tls=true` }],
    [
      "what Airflow's form fills in",
      "mongo://db/?srv=false&ssl=False&allow_insecure=false",
      { uri: `mongodb://db:27017/?${limits}&tls=false` },
    ],
    [
      "several hosts",
      "mongo://a%2Cb:27018/?readPreference=secondaryPreferred",
      { uri: `mongodb://a:27018,b:27018/?${limits}&readPreference=secondaryPreferred` },
    ],
    ["IPv6", "mongo://[::1]:27018", { uri: `mongodb://[::1]:27018/?${limits}` }],
    [
      "limits of its own",
      "mongo://db/?connectTimeoutMS=500&serverSelectionTimeoutMS=0",
      { uri: "mongodb://db:27017/?connectTimeoutMS=500&serverSelectionTimeoutMS=10000" },
    ],
    ["what changes nothing", "mongo://db/?maxPoolSize=5&compressors=zstd", { uri: `mongodb://db:27017/?${limits}` }],
    ["a mechanism", "mongo://u:generated@db/?authMechanism=SCRAM-SHA-1", { authMechanism: "SCRAM-SHA-1" }],
  ])("honours %s", (_, uri, expected) => {
    const server = mongoServerOf(parseConnection("lending", uri));
    expect(server).toMatchObject(expected);
    expect(server.uri).not.toContain("generated");
    expect(server.where).toMatch(/^connection lending, /);
  });

  it("honours files of certificates, which mean TLS", () => {
    const file = join(createFolder(), "ca.pem");
    writeFileSync(file, "");
    const extra = { tlsCAFile: file, tlsCertificateKeyFile: file, tlsCertificateKeyFilePassword: "generated-pem" };
    const server = mongoServerOf({ ...base, extra });
    expect(server.uri).toContain(`tls=true&`);
    expect(server.uri).toContain(`tlsCAFile=${encodeURIComponent(file)}`);
    expect(server.certificatePassword).toBe("generated-pem");
    expect(server.uri).not.toContain("generated-pem");
  });

  it.each<[string, Partial<Connection>, RegExp]>([
    ["another type", { type: "mongodb" }, /its type is "mongodb", not mongo .*mongo:\/\//],
    [
      "an unknown extra, naming the near one",
      { extra: { replicaset: "rs0" } },
      /the extra replicaset is not known .*did you mean "replicaSet"/,
    ],
    ...["allow_insecure", "tlsInsecure", "tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames"].map(
      (name): [string, Partial<Connection>, RegExp] => [
        name,
        { extra: { ssl: true, [name]: true } },
        new RegExp(`the extra ${name} would let anybody be the server .*tlsCAFile`),
      ],
    ),
    ["TLS on and off", { extra: { ssl: true, tls: false } }, /given twice/],
    [
      "TLS off beside a certificate",
      { extra: { tls: "false", tlsCAFile: "package.json" } },
      /false beside a certificate/,
    ],
    [
      "a file that is not there",
      { extra: { tlsCAFile: "/nowhere/ca.pem" } },
      /the file of the extra tlsCAFile cannot be read .*ENOENT/,
    ],
    ["a flag that is none", { extra: { ssl: "yes" } }, /the extra ssl is "yes" .*Write true or false/],
    ["a time that is none", { extra: { connectTimeoutMS: "10 s" } }, /whole milliseconds/],
    ["an extra that is a list", { extra: { w: [1] } }, /the extra w is not a text/],
    [
      "another mechanism",
      { extra: { authMechanism: "MONGODB-AWS" } },
      /authMechanism is "MONGODB-AWS" .*SCRAM-SHA-256/,
    ],
    ["a port beside SRV", { port: 27_017, extra: { srv: true } }, /no port/],
    ["a login without a password", { password: null }, /a login without a password/],
    ["a database that cannot be one", { schema: "a b" }, /name cannot be used .*"a b"/],
    ["a connection string as host", { host: "mongodb://u:generated-4711@db" }, /the host cannot be used/],
    ["a host that leads elsewhere", { host: "db/?tls=false#" }, /the host cannot be used/],
  ])("refuses %s", (_, parts, message) => {
    const error = errorOf(() => mongoServerOf({ ...base, ...parts }));
    expect(error.message).toMatch(message);
    expect(error.message).toContain("lending");
    expect(error.message).not.toContain("4711");
    expect(error.trouble.isRetryable).toBe(false);
  });
});

describe("a server by single values", () => {
  const values = { host: "db", port: null, login: "u", password: "generated-4711", database: null, authSource: null };

  const places = { named: "option to", host: "variable HOST", port: "variable PORT", database: "variable DB" };

  it("is found, with the user known to admin unless it is said otherwise", () => {
    const where = "option to, db:27017";
    expect(mongoServerAt(values, places)).toMatchObject({ authSource: "admin", where });
    const more = { ...values, port: "27018", database: "lending", authSource: "lending" };
    expect(mongoServerAt(more, places)).toMatchObject({
      uri: `mongodb://db:27018/?${limits}`,
      authSource: "lending",
    });
  });

  it.each([
    ["a port that is none", { port: "27017/x" }, /the port is not one \(variable PORT\): "27017\/x"/],
    ["port 0", { port: "0" }, /the port is not one/],
    ["no host", { host: "" }, /the host cannot be used \(variable HOST\)/],
    ["a database that is none", { database: "a/b" }, /the database's name cannot be used \(variable DB\): "a\/b"/],
    ["no password", { password: null }, /a login without a password/],
  ])("is refused with %s", (_, parts, message) => {
    expect(errorOf(() => mongoServerAt({ ...values, ...parts }, places)).message).toMatch(message);
  });
});

function errorOf(work: () => unknown): KnownError {
  try {
    work();
  } catch (error) {
    if (isKnownError(error)) return error;
    throw error;
  }
  throw new Error("expected a KnownError");
}
