// `airflow_settings.yaml` as `astro dev init` writes it, as people fill it, and with a mistake in every place.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readAirflowSettings } from "../../runtime/airflow-settings.ts";
import { loadEnvironment, loadInheritedEnvironment, readSources } from "../../runtime/connections/environment.ts";
import { getConnection, getVariable, sourceOf } from "../../runtime/connections/find.ts";
import { startBash } from "../support/attempt.ts";
import { createFolder } from "../support/built-project.ts";

const filled = `airflow:
  connections:
    - conn_id: warehouse
      conn_type: postgres
      conn_host: db.example.com
      conn_schema: films
      conn_login: loader
      conn_password: 0123   # a text: the zero counts
      conn_port: 5433
      conn_uri:
      conn_extra:
        sslmode: require
        options: { application_name: films }
    - conn_id: by_uri
      conn_uri: postgres://u:a%2Fb@host/db
    - conn_id: extra_as_text
      conn_type: http
      conn_extra: '{"timeout": 3}'
  pools:
    - { pool_name: films, pool_slot: 3, pool_description: "three at once" }
    - { pool_name: boundless, pool_slot: -1 }
  variables:
    - { variable_name: region, variable_value: eu }
    - { variable_name: version, variable_value: 1.10 }
    - { variable_name: not_set, variable_value: }
`;

/** As \`astro dev init\` leaves it: every value blank. */
const blank = `airflow:
  connections:
    - conn_id:
      conn_type:
      conn_extra:
        example_extra_field: example-value
  pools:
    - pool_name:
      pool_slot:
  variables:
    - variable_name:
      variable_value:
`;

function projectWith(text: string): string {
  const root = createFolder();
  writeFileSync(join(root, "airflow_settings.yaml"), text);
  return root;
}

describe("what is filled in", () => {
  const environment = loadEnvironment(projectWith(filled), {});

  it("gives connections by their parts, as a URI, with extras of both kinds", () => {
    expect(getConnection("warehouse", environment)).toEqual({
      id: "warehouse",
      type: "postgres",
      host: "db.example.com",
      schema: "films",
      login: "loader",
      password: "0123",
      port: 5433,
      extra: { sslmode: "require", options: { application_name: "films" } },
    });
    expect(getConnection("by_uri", environment)).toMatchObject({ password: "a/b", schema: "db" });
    expect(getConnection("extra_as_text", environment).extra).toEqual({ timeout: 3 });
  });

  it("gives variables as they are written, and none without a value", () => {
    expect([getVariable("region", environment), getVariable("version", environment)]).toEqual(["eu", "1.10"]);
    expect(() => getVariable("not_set", environment)).toThrow("does not exist");
  });

  it("gives pools", () => {
    expect([...readAirflowSettings(projectWith(filled)).pools]).toEqual([
      ["films", { slots: 3, description: "three at once" }],
      ["boundless", { slots: -1, description: "" }],
    ]);
  });
});

it("nothing is there without the file, in an empty one, and in a new Astro project's", () => {
  const none = { connections: new Map(), variables: new Map(), pools: new Map() };
  expect(readAirflowSettings(createFolder())).toEqual(none);
  expect(readAirflowSettings(projectWith(""))).toEqual(none);
  expect(readAirflowSettings(projectWith("airflow:\n"))).toEqual(none);
  expect(readAirflowSettings(projectWith(blank))).toEqual(none);
});

it("nothing is there of an entry that has only its name: it is yet to be filled in", () => {
  const named = `airflow:
  connections:
    - conn_id: warehouse
      conn_type:
      conn_password: ""
  pools:
    - pool_name: films
      pool_slot:
  variables:
    - variable_name: region
`;
  const none = { connections: new Map(), variables: new Map(), pools: new Map() };
  expect(readAirflowSettings(projectWith(named))).toEqual(none);
});

it(".env and the process's environment win, and each connection's place is known", () => {
  const root = projectWith(filled);
  writeFileSync(join(root, ".env"), "AIRFLOW_CONN_WAREHOUSE='postgres://file'\n");
  const own = { AIRFLOW_CONN_BY_URI: "postgres://process" };
  const found = ["warehouse", "by_uri", "extra_as_text", "nowhere"].map((id) => sourceOf(id, readSources(root, own)));
  expect(found).toEqual([".env", "environment", "airflow_settings.yaml", undefined]);
  expect(getConnection("warehouse", loadEnvironment(root, own)).host).toBe("file");
});

it("a bash task does not see them, as under Airflow, where they stand in the database", async () => {
  const inherited = loadInheritedEnvironment(projectWith(filled), { PATH: process.env["PATH"], A: "x" });
  const ended = await startBash('test "$A" = x && ! env | grep -q "^AIRFLOW_\\(CONN\\|VAR\\)_"', {}, inherited).ended;
  expect(ended.outcome).toBe("success");
});

it("an alias stands for what it points at", () => {
  const text = `airflow:
  connections:
    - { conn_id: a, conn_type: postgres, conn_password: &password hush, conn_extra: &extra { sslmode: require } }
    - { conn_id: b, conn_type: postgres, conn_password: *password, conn_extra: *extra }
`;
  const environment = loadEnvironment(projectWith(text), {});
  const [a, b] = ["a", "b"].map((id) => getConnection(id, environment));
  expect(b).toEqual({ ...a, id: "b" });
});

describe("a mistake is told with its line, and never with a value", () => {
  it.each([
    ["airflow:\n  connections:\n   - conn_id: 'a", "3", "it is no YAML (MISSING_CHAR)"],
    ["- a\n", "1", "there is no mapping"],
    ["airflows:\n  hush: hush\n", "1", 'unknown key "airflows". Did you mean airflow?'],
    ["airflow:\n  connection: []\n", "2", 'unknown key "connection". Did you mean connections?'],
    ["airflow:\n  connections: hush\n", "2", 'connections is no list. Begin each entry with "- conn_id:"'],
    ["airflow:\n  variables:\n    - hush\n", "3", "there is no mapping"],
    ["airflow:\n  connections:\n    - conn_id: a\n      conn_hots: hush\n", "4", 'unknown key "conn_hots"'],
    ["airflow:\n  connections:\n    - conn_type: postgres\n", "3", "an entry of connections has no conn_id"],
    ["airflow:\n  connections:\n    - conn_id: a\n      conn_host: hush\n", "3", "has neither conn_type nor conn_uri"],
    [
      "airflow:\n  connections:\n    - conn_id: a\n      conn_type: x\n      conn_uri: hush\n",
      "5",
      "stands beside conn_type",
    ],
    [
      "airflow:\n  connections:\n    - conn_id: a\n      conn_type: x\n      conn_password: [hush]\n",
      "5",
      "a text is needed",
    ],
    [
      "airflow:\n  variables:\n    - { variable_name: a, variable_value: hush }\n    - variable_name: a\n",
      "4",
      "a is there twice",
    ],
    ["airflow:\n  pools:\n    - { pool_name: a, pool_description: hush }\n", "3", "pool_slot is no whole number"],
    ["airflow:\n  pools:\n    - pool_name: a\n      pool_slot: few\n", "4", "pool_slot is no whole number"],
  ])("%j", (text, line, message) => {
    const read = () => readAirflowSettings(projectWith(text));
    expect(read).toThrow(`airflow_settings.yaml cannot be read (airflow_settings.yaml:${line}): `);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/hush/);
  });
});
