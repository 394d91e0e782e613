// The MongoDB of the tests: the one that DAGWRIGHT_MONGO_URL leads to (hosted CI: a real one), else mongo-java-server, started for the suite. Its
// jars come through Maven, once, and are held against their checksums. Either way there is one user with a password.

import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { type Db, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, it, onTestFinished } from "vitest";
import type { Connection } from "../../runtime/connections/connection.ts";

const folder = join(import.meta.dirname, "mongo-server");
const cache = join(import.meta.dirname, "../../node_modules/.cache/mongo-server");
const copyJars = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

export interface TestMongo {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Of the test's own side: as the user, for looking at what came of it. */
  readonly client: MongoClient;
  /** Not a stand-in. */
  readonly isReal: boolean;
}

const problem = process.env["DAGWRIGHT_MONGO_URL"] ? "" : await prepareJars();

/** A suite with a server of its own: says in one line why it cannot run, and fails then under CI. */
export function describeWithMongo(name: string, suite: (mongo: () => TestMongo) => void): void {
  if (problem === "") {
    describe(name, () => {
      let server: TestMongo & { stop(): Promise<void> };
      beforeAll(async () => {
        server = await startMongo();
      });
      afterAll(() => server?.stop());
      suite(() => server);
    });
  } else if (process.env["CI"]) {
    it(`${name} needs a MongoDB`, () => {
      throw new Error(problem);
    });
  } else it.skip(`${name} cannot run: ${problem}`, () => {});
}

/** A database for the length of the test, and the connection `test_mongo` that leads to it. */
export function createMongoDatabase(mongo: TestMongo): { name: string; db: Db; connection: Connection } {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const db = mongo.client.db(name);
  onTestFinished(async () => void (await db.dropDatabase()));
  return { name, db, connection: mongoConnection(mongo, { schema: name }) };
}

export function mongoConnection({ host, port, user, password }: TestMongo, more: Partial<Connection> = {}): Connection {
  return {
    id: "test_mongo",
    type: "mongo",
    host,
    port,
    schema: null,
    login: user,
    password,
    extra: { authSource: "admin" },
    ...more,
  };
}

async function startMongo(): Promise<TestMongo & { stop(): Promise<void> }> {
  const given = process.env["DAGWRIGHT_MONGO_URL"];
  return given ? connectTo(new URL(given)) : startJavaServer();
}

async function connectTo({ hostname, port, username, password }: URL): Promise<TestMongo & { stop(): Promise<void> }> {
  const address = { host: hostname, port: Number(port || 27_017) };
  const login = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  const client = await openClient({ ...address, ...login });
  return { ...address, ...login, client, isReal: true, stop: () => client.close() };
}

export interface Certificate {
  readonly key: string;
  readonly certificate: string;
  readonly authority: string;
}

/** One that speaks TLS; undefined where the tests' server is not ours to set up. */
export async function startTlsMongo(files: Certificate): Promise<(TestMongo & { stop(): Promise<void> }) | undefined> {
  return process.env["DAGWRIGHT_MONGO_URL"] || problem !== "" ? undefined : startJavaServer(files);
}

async function startJavaServer(files?: Certificate): Promise<TestMongo & { stop(): Promise<void> }> {
  const login = { user: "tester", password: `pw-${randomBytes(9).toString("base64url")}` };
  const options = ["-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx512m", "-cp", join(cache, "*")];
  const server = spawn("java", [...options, join(folder, "MongoServerForTests.java")], {
    env: {
      ...process.env,
      MONGO_TEST_USER: login.user,
      MONGO_TEST_PASSWORD: login.password,
      ...(files && { MONGO_TEST_KEY: files.key, MONGO_TEST_CERTIFICATE: files.certificate }),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = once(server, "exit");
  const first = once(createInterface(server.stdout), "line") as Promise<[string]>;
  const [line] = await Promise.race([
    first,
    ended.then(([code]) => Promise.reject(new Error(`the server ended with exit code ${code} before it listened`))),
  ]);
  const address = { host: files ? "localhost" : "127.0.0.1", port: Number(line.replace("port ", "")) };
  const client = await openClient({ ...address, ...login }, files?.authority);
  const stop = async () => {
    await client.close();
    server.stdin.end();
    await ended;
  };
  return { ...address, ...login, client, isReal: false, stop };
}

async function openClient(server: Pick<TestMongo, "host" | "port" | "user" | "password">, authority?: string) {
  const { host, port, user, password } = server;
  const auth = { username: user, password };
  return new MongoClient(`mongodb://${host}:${port}/`, {
    auth,
    authSource: "admin",
    promoteLongs: false,
    ...(authority && { tls: true, tlsCAFile: authority }),
  }).connect();
}

/** Why there can be no server; empty when there can. */
async function prepareJars(): Promise<string> {
  try {
    await promisify(execFile)("java", ["-version"]);
  } catch {
    return "java is not there (apt-get install openjdk-17-jdk-headless), and DAGWRIGHT_MONGO_URL is not set";
  }
  if (existsSync(cache)) return checkJars(cache);
  mkdirSync(join(cache, ".."), { recursive: true });
  const fresh = mkdtempSync(`${cache}-`);
  try {
    await promisify(execFile)("mvn", [
      "-q",
      "-B",
      "-f",
      join(folder, "pom.xml"),
      copyJars,
      `-DoutputDirectory=${fresh}`,
    ]);
    const fault = checkJars(fresh);
    if (fault !== "") return fault;
    renameSync(fresh, cache);
    return "";
  } catch (error) {
    // Another worker was faster.
    if (existsSync(cache)) return checkJars(cache);
    return `mvn cannot get mongo-java-server (apt-get install maven): ${(error as Error).message.split("\n")[0]}`;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function checkJars(jars: string): string {
  const expected = readFileSync(join(folder, "jars.sha256"), "utf8").trim().split("\n");
  const found = readdirSync(jars)
    .sort()
    .map(
      (name) =>
        `${createHash("sha256")
          .update(readFileSync(join(jars, name)))
          .digest("hex")}  ${name}`,
    );
  const odd = [
    ...found.filter((line) => !expected.includes(line)),
    ...expected.filter((line) => !found.includes(line)),
  ];
  return odd.length === 0 ? "" : `the jars in ${jars} are not those of jars.sha256: ${odd[0]}`;
}
