// `-o table|json|yaml|plain`: the same rows for people and for programs, each read by the program that it is for.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import stringWidth from "string-width";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Io } from "../../cli/command.ts";
import type { OutputFormat } from "../../cli/output-option.ts";
import { type Column, showRecord, showRows } from "../../cli/show-rows.ts";
import { airflowPython, airflowVersions, describeWithPython } from "../support/airflow.ts";
import { copyFixture } from "../support/built-project.ts";
import { mainModule, runCommandLine } from "../support/command-line.ts";
import { hasScript, runInTerminal } from "../support/terminal.ts";

/** Whatever a reader of YAML 1.1 or 1.2, a terminal or awk might take for something else. */
const odd = [
  ..."yes|no|on|N|Off|null|~|true|True|1|1.5|1e3|0x1F|0o17|017|1_000|12:30|2026-01-01|=|<<|-|?|!|&a|*a|%|@|#|:|.inf|.nan".split(
    "|",
  ),
  ...[
    "",
    " ",
    " a ",
    "a: b",
    "a #b",
    "- a",
    "[a]",
    "{a: b}",
    "'a'",
    '"a"',
    "a\\b",
    "a\nb",
    "a\n\n b\n",
    "a\r\nb",
    "a\tb",
  ],
  ..."\u001b[31mred|\u009b31m|\u007f|\u0000|\u0085|\u2028|\ufeff|ä|気象データ|👩‍👩‍👧|0 6 * * *|postgres://u:***@h/d".split(
    "|",
  ),
  "word ".repeat(60),
  "w".repeat(300),
];
const rows = odd.map((text, index) => ({
  id: `id_${index}`,
  text,
  number: index,
  isOdd: true,
  nothing: null,
  list: [text],
}));
const columns: Column<(typeof rows)[number]>[] = ["id", "text", "number", "isOdd", "nothing", "list"];
const controls = /[^\P{Cc}\n]/u;

describe("json and yaml", () => {
  it.each(["json", "yaml"] as const)("%s gives every value back, and shows no control character", async (output) => {
    const text = await shown(rows, { output, columns: ["id"] });
    expect(output === "json" ? JSON.parse(text) : parse(text)).toEqual(rows);
    expect(output === "json" || parse(text, { version: "1.1" })).toEqual(output === "json" || rows);
    expect(text).not.toMatch(controls);
  });

  it.each(["json", "yaml"] as const)("%s of nothing is an empty list", async (output) => {
    expect(await shown([], { output, columns: [] })).toBe("[]\n");
  });

  it.each(["json", "yaml"] as const)("%s of one thing is that thing", async (output) => {
    const written = createIo();
    await showRecord(rows[0]!, output, written.io);
    expect(parse(written.text())).toEqual(rows[0]);
  });
});

describeWithPython("yaml in Python", () => {
  it("is what PyYAML takes for the same values", async () => {
    const text = await shown(rows, { output: "yaml", columns: ["id"] });
    const code = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin.buffer)))";
    const python = airflowPython(airflowVersions.at(-1)!);
    expect(JSON.parse(execFileSync(python, ["-c", code], { input: text, encoding: "utf8" }))).toEqual(rows);
  });
});

describe("plain", () => {
  it("has a line for each row, however long, and no cell is empty", async () => {
    const lines = (await shown(rows, { output: "plain", columns })).split("\n");
    expect(lines).toHaveLength(rows.length + 2);
    expect(lines[0]).toMatch(/^id +text +number +isOdd +nothing +list$/);
    expect(lines[1]).toMatch(/^id_0 +yes +0 +True +- +yes$/);
    expect(lines.join("")).not.toMatch(controls);
  });

  it("is what awk reads columns from", async () => {
    const { stdout } = await runCommandLine(["connections", "list", "-o", "plain"], {
      environment: { AIRFLOW_CONN_A: "http://h", AIRFLOW_CONN_B: "postgres://u:pw@h:1/d" },
    });
    const seventh = execFileSync("awk", ["{ print $1, $6, $7 }"], { input: stdout, encoding: "utf8" });
    expect(seventh).toBe("conn_id login source\na - environment\nb u environment\n");
  });
});

describe("a table", () => {
  it("has Airflow's words for no rows", async () => {
    for (const output of ["table", "plain"] as const) {
      expect(await shown([], { output, columns: ["id"] })).toBe("No data found\n");
    }
  });

  it("is not wrapped where it goes through a pipe", async () => {
    expect((await shown(rows, { output: "table", columns }, { isTty: false })).split("\n")).toHaveLength(
      rows.length + 2,
    );
  });

  const dags = [
    {
      dag_id: "load_pagila_to_postgres",
      schedule: "0 6 * * *",
      description: "loads the sample database into the warehouse",
    },
    { dag_id: "hello", schedule: null, description: "" },
  ];
  it.each([
    [
      80,
      `dag_id                   schedule   description
load_pagila_to_postgres  0 6 * * *  loads the sample database into the warehouse
hello
`,
    ],
    [
      60,
      `dag_id                   schedule   description
load_pagila_to_postgres  0 6 * * *  loads the sample
                                    database into the
                                    warehouse
hello
`,
    ],
    [
      40,
      `dag_id       load_pagila_to_postgres
schedule     0 6 * * *
description  loads the sample database
             into the warehouse

dag_id       hello
schedule
description
`,
    ],
  ])("fits %i columns: wraps at spaces, or gives each value a line", async (width, text) => {
    const table = await shown(
      dags,
      { output: "table", columns: ["dag_id", "schedule", "description"] },
      { columns: width },
    );
    expect(table).toBe(text);
  });

  it.each([1, 20, 40, 80, 200])("of %i columns breaks no word, and is wider only for a word", async (width) => {
    const table = await shown(rows, { output: "table", columns }, { columns: width });
    const words = new Set(table.split(/\s+/));
    for (const { id } of rows) expect(words).toContain(id);
    expect(words).toContain("w".repeat(300));
    expect(table).not.toMatch(controls);
    for (const line of table.split("\n")) {
      // A record's line: name and value.
      const value = line.replace(/^\w+ +|^ +/, "");
      if (stringWidth(line) > width) expect(value, line).not.toContain(" ");
    }
  });
});

describe("commands that list", () => {
  let root: string;
  beforeAll(() => {
    root = copyFixture("dags-test");
    writeFileSync(join(root, ".env"), "AIRFLOW_CONN_WAREHOUSE='postgres://u:generated-4711@host/db'\n");
  });
  it.each([[["dags", "list"]], [["connections", "list"]], [["connections", "get", "warehouse"]], [["rules"]]])(
    "%j: yaml and json are the same",
    async (args) => {
      const [json, yaml] = await Promise.all(
        ["json", "yaml"].map((format) => runCommandLine([...args, "-o", format], { cwd: root })),
      );
      expect(parse(yaml!.stdout)).toEqual(JSON.parse(json!.stdout));
      expect(yaml!.stdout).not.toMatch(/^[[{]/);
    },
  );

  it.skipIf(!hasScript)("dags list fits a terminal of 40 columns (needs util-linux's script)", () => {
    const lines = runInTerminal(root, `exec "${process.execPath}" "${mainModule}" dags list`).split("\r\n");
    expect(lines).toContain("schedule  0 0 * * * (UTC)");
    expect(lines).toContain("dag_id    report");
    for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(40);
  });

  it("another format is refused", async () => {
    const { exitCode, stderr } = await runCommandLine(["dags", "list", "-o", "yml"], { cwd: root });
    expect(stderr).toBe('error: --output does not know this value: "yml"\n  fix: Did you mean yaml?\n');
    expect(exitCode).toBe(2);
  });
});

interface Wanted<R> {
  readonly output: OutputFormat;
  readonly columns: readonly Column<R>[];
}

async function shown<R extends object>(all: readonly R[], wanted: Wanted<R>, terminal: Partial<Io> = {}) {
  const written = createIo(terminal);
  await showRows(all, wanted, written.io);
  return written.text();
}

function createIo(terminal: Partial<Io> = {}) {
  let text = "";
  const stdout = (more: string) => {
    text += more;
  };
  const io = { stdout, isTty: true, columns: 80, ...terminal } as Io;
  return { io, text: () => text };
}
