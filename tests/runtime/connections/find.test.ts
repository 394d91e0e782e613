import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadEnvironment, readSources } from "../../../runtime/connections/environment.ts";
import {
  findConnection,
  findVariable,
  getConnection,
  getVariable,
  listConnections,
  listVariables,
  sourceOf,
} from "../../../runtime/connections/find.ts";
import { isKnownError } from "../../../runtime/errors.ts";

const environment = {
  AIRFLOW_CONN_PAGILA_POSTGRES: "postgresql://user:secret-word@host/pagila",
  AIRFLOW_CONN_EMPTY: "",
  AIRFLOW_CONN_: "postgres://nameless",
  AIRFLOW_CONN_BROKEN: "postgres://user:secret-word@host:port/",
  "AIRFLOW_CONN_WITH.DOT": "http://host",
  AIRFLOW_VAR_REGION: "eu-west-1",
  AIRFLOW_VAR_EMPTY: "",
  PATH: "/bin",
};

describe("a connection", () => {
  it.each([
    ["pagila_postgres", "pagila"],
    ["PAGILA_Postgres", "pagila"],
    ["with.dot", null],
  ])("is found as %s", (id, schema) => expect(getConnection(id, environment)).toMatchObject({ id, schema }));

  it.each(["nowhere", "empty", ""])("is not found as %j", (id) => {
    expect(findConnection(id === "" ? "no_id" : id, environment)).toBeUndefined();
  });

  it.each([
    ["pagila_postgre", 'does not exist (did you mean "pagila_postgres"?)'],
    ["warehouse", "the connection warehouse does not exist (looked for AIRFLOW_CONN_WAREHOUSE in the environment"],
    ["warehouse", "AIRFLOW_CONN_WAREHOUSE='TYPE://user:password@host:port/database'"],
    ["broken", "the connection broken cannot be read: its port is not a number"],
  ])("%s is refused in words and for good", (id, words) => {
    const error = thrownBy(() => getConnection(id, environment));
    if (!isKnownError(error)) throw error;
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("secret-word");
    expect(error.trouble.isRetryable).toBe(false);
  });

  it("is listed by its id in lower case", () => {
    expect(listConnections(environment)).toEqual(["broken", "pagila_postgres", "with.dot"]);
  });
});

describe("a variable", () => {
  it("is found, and an empty one is a value", () => {
    expect(getVariable("region", environment)).toBe("eu-west-1");
    expect(getVariable("Empty", environment)).toBe("");
    expect(findVariable("nowhere", environment)).toBeUndefined();
    expect(listVariables(environment)).toEqual(["empty", "region"]);
  });

  it("that is missing is named, with the line to add", () => {
    const get = () => getVariable("regoin", environment);
    expect(get).toThrow('the variable regoin does not exist (did you mean "region"?)');
    expect(get).toThrow("Add a line to .env: AIRFLOW_VAR_REGOIN='value'");
  });
});

describe("the environment", () => {
  it.each([
    ["single quotes", "A='x#y z'", "x#y z"],
    ["double quotes", 'A="x\\ny"', "x\ny"],
    ["no quotes, a comment", "A=x # comment", "x"],
    ["export", "export A=x", "x"],
    ["JSON over lines", "A='{\"a\":\n 1}'", '{"a":\n 1}'],
    ["Windows line ends", "A=x\r\nB=y\r\n", "x"],
    ["a byte order mark", "\ufeffA=x", "x"],
    ["umlauts", "A='größe'", "größe"],
  ])("reads .env: %s", (_, text, expected) => {
    expect(loadEnvironment(projectWith(text), {})["A"]).toBe(expected);
  });

  it("of the process wins over the file", () => {
    const root = projectWith("AIRFLOW_CONN_A=postgres://file\nAIRFLOW_CONN_B=postgres://file\n");
    const own = { AIRFLOW_CONN_A: "postgres://process" };
    const merged = loadEnvironment(root, own);
    expect(["a", "b"].map((id) => [getConnection(id, merged).host, sourceOf(id, readSources(root, own))])).toEqual([
      ["process", "environment"],
      ["file", ".env"],
    ]);
  });

  it("needs no file", () => expect(loadEnvironment(join(tmpdir(), "no-such-folder"), { A: "x" })).toEqual({ A: "x" }));

  it("says when the file cannot be read", () => {
    const root = projectWith(undefined);
    mkdirSync(join(root, ".env"));
    expect(() => loadEnvironment(root, {})).toThrow(/^the file .env cannot be read \(.*\.env\): EISDIR/);
  });
});

function projectWith(text: string | undefined): string {
  const root = mkdtempSync(join(tmpdir(), "dagwright-project-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  if (text !== undefined) writeFileSync(join(root, ".env"), text);
  return root;
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
