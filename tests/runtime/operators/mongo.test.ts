import { BSON, type Db } from "mongodb";
import { expect, it } from "vitest";
import type { JsonValue } from "../../../runtime/dag/json.ts";
import { variable } from "../../../runtime/dag/variable.ts";
import { mongo } from "../../../runtime/operators/mongo.ts";
import { toRelaxedJson } from "../../../runtime/operators/mongo-json.ts";
import { toXCom } from "../../../runtime/task/to-xcom.ts";
import { createMongoDatabase, describeWithMongo, mongoConnection } from "../../support/mongo-server.ts";
import { inTask } from "../../support/running-task.ts";
import { troubleOf } from "../../support/trouble.ts";
import { startWire } from "../../support/wire.ts";

describeWithMongo("mongo", (server) => {
  it("runs a function on the connection's database, with the inputs, and returns Extended JSON", async () => {
    const { name, db, connection } = createMongoDatabase(server());
    const rows = [{ _id: 1, at: new Date(0), big: new BSON.Long("9007199254740993"), small: BSON.Long.fromNumber(7) }];
    await db.collection<{ _id: number }>("loans").insertMany(rows);
    const operator = mongo({
      connection: "test_mongo",
      run: async (database: Db, inputs) => ({
        database: database.databaseName,
        inputs,
        loans: await database.collection("loans").find().toArray(),
      }),
    });
    const result = await inTask({ connections: [connection] }, () => operator.execute({ limit: 3 }));
    const loans = [
      { _id: 1, at: { $date: "1970-01-01T00:00:00Z" }, big: { $numberLong: "9007199254740993" }, small: 7 },
    ];
    expect(result).toEqual({ database: name, inputs: { limit: 3 }, loans });
    expect(toXCom(result, "the result")).toEqual(result);
  });

  it("goes where a target's variables say", async () => {
    const { name, db } = createMongoDatabase(server());
    await db.collection("loans").insertOne({ a: 1 });
    const { host, port, user, password } = server();
    const variables = { HOST: `${host}:${port}`, USER: user, PASS: password, DB: name };
    const target = {
      host: variable("HOST"),
      user: variable("USER"),
      password: variable("PASS"),
      database: variable("DB"),
    };
    const operator = mongo({ connection: target, run: (database) => database.collection("loans").countDocuments() });
    expect(operator).toMatchObject({ variables: ["HOST", "USER", "DB", "PASS"], secretVariables: ["PASS"] });
    expect(await inTask({ variables }, () => operator.execute({}))).toBe(1);
    const wrong = inTask({ variables: { ...variables, PASS: "canary-wrong" } }, () => operator.execute({}));
    const { message, trouble } = await troubleOf(wrong);
    expect(message).toMatch(/^MongoDB refuses the login \(option connection, /);
    expect(message).not.toContain("canary");
    expect(trouble.isRetryable).toBe(false);
  });

  it("says which database is meant, or asks", async () => {
    const { name } = createMongoDatabase(server());
    const connections = [mongoConnection(server())];
    const run = (database: Db) => database.databaseName;
    const named = mongo({ connection: "test_mongo", database: name, run });
    expect(await inTask({ connections }, () => named.execute({}))).toBe(name);
    const asked = inTask({ connections }, () => mongo({ connection: "test_mongo", run }).execute({}));
    expect((await troubleOf(asked)).message).toMatch(/^it is not said which database is meant \(connection test_mongo/);
  });

  it("closes its client when the function has ended, however it did", async () => {
    const wire = await startWire(server(), () => ({}));
    const connections = [mongoConnection(server(), { host: "127.0.0.1", port: wire.port, schema: "test" })];
    const works = mongo({ connection: "test_mongo", run: async (db) => void (await db.collection("a").findOne()) });
    await inTask({ connections }, () => works.execute({}));
    await wire.untilClosed();
    const defect = new TypeError("the handler's own");
    const throws = mongo({ connection: "test_mongo", run: () => Promise.reject(defect) });
    await expect(inTask({ connections }, () => throws.execute({}))).rejects.toBe(defect);
    await wire.untilClosed();
  });

  it("a cancelled task closes its client in the middle of a query", async () => {
    const controller = new AbortController();
    const wire = await startWire(server(), () => ({
      onRequest: (data) => {
        if (!data.includes("slow_collection")) return "pass";
        controller.abort(new Error("cancelled by the test"));
        return "hold";
      },
    }));
    const connections = [mongoConnection(server(), { host: "127.0.0.1", port: wire.port, schema: "test" })];
    const operator = mongo({ connection: "test_mongo", run: (db) => db.collection("slow_collection").findOne() });
    const running = inTask({ connections, context: { signal: controller.signal } }, () => operator.execute({}));
    await expect(running).rejects.toThrow("cancelled by the test");
    await wire.untilClosed();
  });

  it("a connection that is cut in the middle is an error that may pass", async () => {
    const wire = await startWire(server(), () => ({
      onRequest: (data) => (data.includes("cut_collection") ? "cut" : "pass"),
    }));
    const extra = { authSource: "admin", retryReads: false };
    const connections = [mongoConnection(server(), { host: "127.0.0.1", port: wire.port, schema: "test", extra })];
    const operator = mongo({ connection: "test_mongo", run: (db) => db.collection("cut_collection").findOne() });
    const { trouble } = await troubleOf(inTask({ connections }, () => operator.execute({})));
    expect(trouble.what).toMatch(/^the connection (was cut|to MongoDB failed)/);
    expect(trouble.isRetryable).not.toBe(false);
  });

  it("a document that breaks a unique index is not tried again, and its values are not shown", async () => {
    const { connection } = createMongoDatabase(server());
    const operator = mongo({
      connection: "test_mongo",
      run: async (db) => {
        await db.collection("loans").createIndex({ email: 1 }, { unique: true });
        await db.collection("loans").insertOne({ email: "canary@example.com" });
        await db.collection("loans").insertOne({ email: "canary@example.com" });
      },
    });
    const { trouble, message } = await troubleOf(inTask({ connections: [connection] }, () => operator.execute({})));
    expect(trouble).toMatchObject({ what: "a document with this key is there already", isRetryable: false });
    expect(message).not.toContain("canary");
  });
});

it.each<[string, unknown, JsonValue]>([
  ["nothing", undefined, null],
  ["plain values", { a: [1, "x", true, null, 1.5] }, { a: [1, "x", true, null, 1.5] }],
  ["an id", new BSON.ObjectId("65a0c0ffee65a0c0ffee65a0"), { $oid: "65a0c0ffee65a0c0ffee65a0" }],
  ["a decimal", { d: BSON.Decimal128.fromString("1.25") }, { d: { $numberDecimal: "1.25" } }],
  ["bytes", new BSON.Binary(Buffer.from([1, 2])), { $binary: { base64: "AQI=", subType: "00" } }],
  [
    "numbers that JSON would round",
    [2n ** 60n, 2 ** 60, Number.NaN],
    [{ $numberLong: "1152921504606846976" }, { $numberDouble: "1152921504606847000" }, { $numberDouble: "NaN" }],
  ],
])("%s becomes JSON that is an XCom", (_, value, expected) => {
  expect(toRelaxedJson(value)).toEqual(expected);
  expect(toXCom(toRelaxedJson(value), "the result")).toEqual(expected);
});

it.each<[string, unknown, RegExp]>([
  ["a cursor", { rows: { __proto__: { toArray() {} } } }, /the returned value, \$\.rows\): a cursor\. .*toArray\(\)/],
  ["a function", [() => 1], /the returned value, \$\[0\]\): a function/],
  ["a set", new Set([1]), /the returned value\): a Set/],
])("%s is refused with its place", (_, value, message) => {
  expect(() => toRelaxedJson(value)).toThrow(message);
});

it.each<[string, unknown, RegExp]>([
  [
    "a password in the DAG file",
    { connection: { host: "db", user: "u", password: "canary" } },
    /^mongo: connection\.password is not/,
  ],
  [
    "a user without a password",
    { connection: { host: "db", user: "u" } },
    /connection\.password is missing\. Give user and/,
  ],
  ["no connection", {}, /^mongo: connection is missing/],
  ["a number as connection", { connection: 7 }, /connection is 7, not a connection's id or an object of its parts/],
  ["a text as function", { connection: "c", run: "x" }, /run is "x", not a function/],
])("%s is a mistake that names its place, and never the value of a password", (_, options, message) => {
  const define = () => mongo({ run: () => 1, ...(options as { connection: string }) });
  expect(define).toThrow(message);
  expect(define).not.toThrow("canary");
});
