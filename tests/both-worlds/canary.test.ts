// No param, conf or XCom is ever run by a shell or rendered as a template, and a connection's password is nowhere: both worlds.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { canaryFile, payloads } from "../fixtures/canary/shared/payloads.ts";
import { airflowVersions, createAirflowHome, describeWithPython } from "../support/airflow.ts";
import { buildProject, copyFixture } from "../support/built-project.ts";
import { commandOf } from "../support/processes.ts";
import { dagsTest } from "../support/standalone.ts";

const password = `pw-Q7$'"\\x/@:% ü&<{{1+1}}#;Zk9`;
const connection = {
  conn_type: "postgres",
  host: "h",
  login: `$(touch ${canaryFile})`,
  password,
  extra: { note: "{{ 7*7 }}" },
};
const environment = { AIRFLOW_CONN_CANARY: JSON.stringify(connection) };
const conf = { given: payloads.join("\n") };

const json = JSON.stringify(password).slice(1, -1);
/** As CPython writes it in a traceback or a dict. */
const repr = password.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
const forms = [
  password,
  json,
  JSON.stringify(json).slice(1, -1),
  json.replaceAll("ü", "\\u00fc"),
  repr,
  encodeURIComponent(password),
  encodeURIComponent(password).replaceAll("%20", "+"),
  Buffer.from(password).toString("base64"),
  Buffer.from(password).toString("hex"),
];

const states = { make: "success", receive: "success", complain: "failed" };
const received = {
  made: payloads,
  params: { text: payloads.join(" "), rows: payloads, ...conf },
  conf,
  login: connection.login,
  note: "{{ 7*7 }}",
};
const set = Object.fromEntries(payloads.map((value, index) => [`payload_${index}`, value]));

let root: string;
let dags: string;
beforeAll(async () => {
  root = copyFixture("canary");
  dags = join(await buildProject(root), "dags");
});
beforeEach(() => rmSync(canaryFile, { force: true }));

describe("standalone", () => {
  it("hands everything on as it is, and shows the password nowhere", async () => {
    const watch = watchCommandLines();
    const run = await dagsTest("canary", ["--conf", JSON.stringify(conf)], { cwd: root, environment });
    const commands = watch.stop();
    expect(run.states).toEqual(states);
    expect(run.xcoms["receive"]).toEqual({ return_value: received });
    expect(run.xcoms["make"]).toMatchObject({ ...set, return_value: payloads });
    expect(existsSync(canaryFile)).toBe(false);
    expect(commands.some((command) => command.includes("task-main.mjs"))).toBe(true);
    expect(findForms([run.stdout, run.stderr, ...commands, ...textsBelow(root)])).toEqual([]);
  }, 60_000);
});

describeWithPython("real Airflow", () => {
  it.each(airflowVersions)(
    "%s hands everything on as it is, and shows the password nowhere",
    async (version) => {
      const airflow = createAirflowHome(version, dags, environment);
      const watch = watchCommandLines();
      const run = await airflow.dagsTest("canary", "--conf", JSON.stringify(conf));
      const commands = watch.stop();
      expect(run.states, run.output.slice(-3_000)).toEqual(states);
      expect(run.xcoms["receive"]).toEqual({ return_value: received });
      expect(run.xcoms["make"]).toEqual({ ...set, return_value: payloads });
      expect(existsSync(canaryFile)).toBe(false);
      expect(commands.some((command) => command.includes("DAGWRIGHT_TASK_MAIN") || command.startsWith("node"))).toBe(
        true,
      );
      // Under `dags test`, and only there, Airflow 3.0 prints its own requests to mask a secret.
      const lines = run.output.split("\n").filter((line) => !line.includes("msg=MaskSecret("));
      expect(findForms([lines.join("\n"), ...commands, ...textsBelow(airflow.home), ...textsBelow(dags)])).toEqual([]);
    },
    120_000,
  );
});

it("the search would find it", () => {
  writeFileSync(join(root, "leak.txt"), `x${forms[5]}y`);
  expect(findForms(textsBelow(root))).toEqual([forms[5]]);
});

/** Which forms of the password stand in any of the texts. */
function findForms(texts: readonly string[]): string[] {
  return forms.filter((form) => texts.some((text) => text.includes(form)));
}

/** Every file, databases and their journals too, as text. */
function textsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

/** All command lines of this machine, looked at until it is stopped. */
function watchCommandLines(): { stop(): string[] } {
  const seen = new Set<string>();
  const look = () => {
    for (const name of readdirSync("/proc")) if (/^\d+$/.test(name)) seen.add(commandOf(Number(name)));
  };
  const timer = setInterval(look, 20);
  return {
    stop: () => {
      clearInterval(timer);
      return [...seen];
    },
  };
}
