import { createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import type { Connection } from "../../../runtime/connections/connection.ts";
import { connectMongo } from "../../../runtime/connections/mongo.ts";
import { toKnownMongoError, withoutValues } from "../../../runtime/connections/mongo-errors.ts";
import { mongoServerOf } from "../../../runtime/connections/mongo-server.ts";
import { testConnection } from "../../../runtime/connections/test-connection.ts";
import type { KnownError } from "../../../runtime/errors.ts";
import { describeWithMongo, mongoConnection } from "../../support/mongo-server.ts";
import { troubleOf } from "../../support/trouble.ts";

const never = new AbortController().signal;
const quick = { authSource: "admin", serverSelectionTimeoutMS: 500, connectTimeoutMS: 500 };

describeWithMongo("MongoDB", (mongo) => {
  it("is reached by its connection, which `connections test` shows", async () => {
    const { server, milliseconds } = await testConnection(mongoConnection(mongo()), never);
    expect(server).toMatch(/^MongoDB \d+\.\d+/);
    expect(milliseconds).toBeGreaterThan(0);
  });

  it("refuses a wrong password and an unknown user, once and without showing either", async () => {
    for (const parts of [{ password: "canary-wrong-1" }, { login: "canary-user", password: "canary-wrong-2" }]) {
      const trouble = await troubleOf(connect(mongoConnection(mongo(), parts)));
      expect(trouble.trouble).toMatchObject({ what: "MongoDB refuses the login", isRetryable: false });
      expect(trouble.message).not.toContain("canary");
      expect(trouble.message).toMatch(/connection test_mongo, .*authSource/);
    }
  });

  it("refuses one that does not log in", async () => {
    const session = await connect(mongoConnection(mongo(), { login: null, password: null })).catch((error) => error);
    const asked = "db" in session ? session.db.collection("any").findOne() : Promise.reject(session);
    const error = await asked.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    await session.close?.();
    expect(toKnownMongoError(error, "here").message).toMatch(/^permission denied/);
  });
});

it("says that nothing listens there, and that another try may help", async () => {
  const port = await freePort();
  const trouble = await troubleOf(connect(at(port)));
  expect(trouble.trouble).toMatchObject({
    what: "nothing listens there",
    where: `connection test_mongo, 127.0.0.1:${port}`,
  });
  expect(trouble.trouble.isRetryable).not.toBe(false);
});

it("says that a name is not known", async () => {
  const trouble = await troubleOf(connect({ ...at(27_017), host: "nowhere.invalid" }));
  expect(trouble.trouble.what).toBe("the host name is not known");
});

it("ends when its limit is over with a server that says nothing", async () => {
  const port = await listen();
  const trouble = await troubleOf(connect(at(port)));
  expect(trouble.trouble.what).toBe("MongoDB does not answer");
});

it("ends at once when it is aborted", async () => {
  const controller = new AbortController();
  const port = await listen(() => controller.abort(new Error("cancelled by the test")));
  const connection = { ...at(port), extra: { serverSelectionTimeoutMS: 600_000, connectTimeoutMS: 600_000 } };
  await expect(connect(connection, controller.signal)).rejects.toThrow("cancelled by the test");
});

it("an error keeps the values of documents to itself", () => {
  const message = 'E11000 duplicate key error collection: a.docs index: i_1 dup key: { email: "canary@example.com" }';
  expect(withoutValues(message)).toBe("E11000 duplicate key error collection: a.docs index: i_1 dup key: …");
});

it("a full disk may be free again, whoever says that it is full", () => {
  const answer = Object.assign(new Error("Not enough disk space"), { name: "MongoServerError", code: 14_031 });
  const error = toKnownMongoError(answer, "connection m") as KnownError;
  expect(error.trouble.what).toBe("the server's disk is full");
  expect(error.trouble.isRetryable).not.toBe(false);
});

it("a defect of the handler's stays what it is", () => {
  const defect = new TypeError("x is not a function");
  expect(toKnownMongoError(defect, "here")).toBe(defect);
});

function connect(connection: Connection, signal = never) {
  return connectMongo(mongoServerOf(connection), { appName: "test", signal });
}

function at(port: number): Connection {
  const login = { login: "u", password: "generated-4711" };
  return { id: "test_mongo", type: "mongo", host: "127.0.0.1", port, schema: null, ...login, extra: quick };
}

/** A server that takes connections and never answers. */
async function listen(onConnection: () => void = () => {}): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    onConnection();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
