import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Command, Io } from "../../../cli/command.ts";
import { connectionsGet } from "../../../cli/commands/connections-get.ts";
import { connectionsList } from "../../../cli/commands/connections-list.ts";
import { connectionsTest } from "../../../cli/commands/connections-test.ts";
import { createFolder } from "../../support/built-project.ts";
import { createDatabase } from "../../support/databases.ts";
import { describeWithS3, s3Connection, s3Url } from "../../support/s3.ts";
import { dagwright } from "../../support/standalone.ts";

const environment = {
  AIRFLOW_CONN_PAGILA: "postgresql://loader:secret-word@db.example.com:5432/pagila?sslmode=require&api_key=secret-key",
  AIRFLOW_CONN_SHORT: "http://user:pw@host",
  AIRFLOW_CONN_BROKEN: "postgres://user:secret-word@host:port/",
  AIRFLOW_CONN_ODD: "http://%1b%5b31m@host",
};

describe("dagwright connections list", () => {
  it("shows a table without passwords, names what is broken, and exits with 1 then", async () => {
    const { exitCode, stdout, stderr } = await run(connectionsList, { output: "table" }, environment);
    expect(stdout.split("\n").map((line) => line.split(/\s+/))).toEqual([
      ["conn_id", "conn_type", "host", "port", "schema", "login", "source"],
      ["broken", "?", "environment"],
      ["odd", "http", "host", "\\u001b[31m", "environment"],
      ["pagila", "postgres", "db.example.com", "5432", "pagila", "loader", "environment"],
      ["short", "http", "host", "user", "environment"],
      [""],
    ]);
    expect(stderr).toMatch(/^error: the connection broken cannot be read: its port is not a number\n {2}fix: .*\n$/);
    expect(stdout + stderr).not.toMatch(/secret-|pw/);
    expect(exitCode).toBe(1);
  });

  it("writes JSON for programs", async () => {
    const { exitCode, stdout } = await run(connectionsList, { output: "json" }, { AIRFLOW_CONN_A: "http://u:pw@h" });
    expect(JSON.parse(stdout)).toEqual([
      { conn_id: "a", conn_type: "http", host: "h", port: null, schema: null, login: "u", source: "environment" },
    ]);
    expect(exitCode).toBe(0);
  });
});

describe("dagwright connections get", () => {
  it.each([
    ["pagila", "postgres://loader:***@db.example.com:5432/pagila?sslmode=require&api_key=***"],
    ["short", "http://user:***@host"],
  ])("masks %s everywhere, however short its password", async (conn_id, uri) => {
    for (const output of ["table", "json"]) {
      const { exitCode, stdout } = await run(connectionsGet, { conn_id, output }, environment);
      expect(stdout).toContain(uri);
      expect(stdout).not.toMatch(/secret-|pw/);
      expect(exitCode).toBe(0);
    }
  });

  it("refuses an unknown id", async () => {
    await expect(run(connectionsGet, { conn_id: "pagilla", output: "table" }, environment)).rejects.toThrow(
      'the connection pagilla does not exist (did you mean "pagila"?)',
    );
  });
});

describe("dagwright connections test", () => {
  it.each([16, 18] as const)("shows the version of PostgreSQL %i and exits with 0", async (version) => {
    const { uri } = await createDatabase(version);
    const result = await run(connectionsTest, { conn_id: "db" }, { AIRFLOW_CONN_DB: uri });
    expect(result.stdout).toMatch(new RegExp(`^db: PostgreSQL ${version}\\.\\d+.* answered within \\d+ ms\n$`));
    expect(result.exitCode).toBe(0);
  });

  it.each([
    [
      "a wrong password",
      "postgres",
      /^error: PostgreSQL refuses the login \(connection db, 127.0.0.1:\d+\/test_.*\n {2}fix: Check login.*\n$/,
    ],
    ["another type", "http", /^error: a connection of type "http" cannot be tested.*\n {2}fix: .*\n$/],
  ])("says what is wrong and what to do: %s, and exits with 1", async (_, type, words) => {
    const { connection } = await createDatabase(16);
    const { host, port, schema } = connection;
    const text = `${type}://postgres:secret-word@${host}:${port}/${schema}`;
    const { exitCode, stdout, stderr } = await run(connectionsTest, { conn_id: "db" }, { AIRFLOW_CONN_DB: text });
    expect(stderr).toMatch(words);
    expect(stdout + stderr).not.toContain("secret-word");
    expect(exitCode).toBe(1);
  });

  it.each([
    ["dbb", "postgres://u:w@h/db", 'the connection dbb does not exist (did you mean "db"?)'],
    ["db", "postgres://u:1/secret-word@h/db", "the connection db cannot be read: its password holds a /, ? or #"],
  ])("refuses %s where it is %s: the command line exits with 2 then", async (conn_id, text, words) => {
    await expect(run(connectionsTest, { conn_id }, { AIRFLOW_CONN_DB: text })).rejects.toThrow(words);
  });
});

describeWithS3("dagwright connections test, of S3", () => {
  it("says of S3 what it proves", async () => {
    const { login, password, extra } = s3Connection();
    const text = JSON.stringify({ conn_type: "aws", login, password, extra });
    const result = await run(connectionsTest, { conn_id: "s3" }, { AIRFLOW_CONN_S3: text });
    expect(result.stdout).toMatch(
      /^s3: S3 \(connection s3, http.*; its credentials may list buckets; .* was not tried\) answered within \d+ ms\n$/,
    );
    expect(result.exitCode).toBe(0);
  });
});

describeWithS3("dagwright connections test, of S3 with keys in .env", () => {
  it("takes them as a task would", async () => {
    const { login, password } = s3Connection();
    const folder = createFolder();
    const connection = JSON.stringify({ conn_type: "aws", extra: { endpoint_url: s3Url() } });
    const lines = { AIRFLOW_CONN_S3: connection, AWS_ACCESS_KEY_ID: login, AWS_SECRET_ACCESS_KEY: password };
    writeFileSync(
      join(folder, ".env"),
      Object.entries(lines)
        .map(([name, value]) => `${name}='${value}'`)
        .join("\n"),
    );
    const environment = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    const { exitCode, stdout, stderr } = await dagwright(["connections", "test", "s3"], { cwd: folder, environment });
    expect(stdout, stderr).toMatch(/^s3: S3 .*its credentials may list buckets/);
    expect(exitCode).toBe(0);
  });
});

async function run<A extends object>(command: Command<A>, args: A, variables: Io["environment"]) {
  const written = { stdout: "", stderr: "" };
  const io: Io = {
    version: "0.0.0",
    stdout: (text) => {
      written.stdout += text;
    },
    stderr: (text) => {
      written.stderr += text;
    },
    environment: variables,
    projectRoot: "/no-such-project",
    workingDirectory: "/no-such-project",
    isTty: false,
    hasColors: false,
    columns: 80,
    signal: new AbortController().signal,
    killSignal: new AbortController().signal,
  };
  return { exitCode: await command.run(args, io), ...written };
}
