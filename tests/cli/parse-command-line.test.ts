import { expect, test } from "vitest";
import type { Command } from "../../cli/command.ts";
import { commands, groups } from "../../cli/commands/index.ts";
import { parseCommandLine } from "../../cli/parse-command-line.ts";

const run = async () => 0;
const list: Command = { name: "connections list", summary: "All of them", run };
const copy: Command = {
  name: "copy",
  summary: "Copies",
  arguments: [
    { name: "from", description: "Source", required: true },
    { name: "to", description: "Targets", required: false, isList: true },
  ],
  options: {
    limit: { type: "number", description: "Rows", default: 10 },
    "dry-run": { type: "boolean", description: "Only say", alias: "n" },
    as: { type: "string", description: "Form", choices: ["json", "yaml"] },
    table: { type: "string", description: "Which", array: true },
  },
  run,
};
const set = { commands: [copy, list], groups: { connections: "Connections" }, version: "1.2.3", columns: 80 };

test.each([
  [["copy", "007"], { from: "007", to: [], limit: 10, "dry-run": undefined, table: undefined }],
  [["copy", "a", "b", "c"], { from: "a", to: ["b", "c"] }],
  [["copy", "--limit", "5", "-n", "a"], { from: "a", limit: 5, "dry-run": true }],
  [["copy", "a", "--limit", "5", "--limit", "6"], { limit: 6 }],
  [["copy", "--table", "x", "--table", "7", "a"], { from: "a", to: [], table: ["x", "7"] }],
])("%j: values under their names, of their types", async (typed, args) => {
  expect(await parseCommandLine(typed, set)).toMatchObject({ kind: "run", command: copy, args });
});

test("a command of two words", async () => {
  expect(await parseCommandLine(["connections", "list"], set)).toMatchObject({ kind: "run", command: list });
});

test("--project stands before or after the command", async () => {
  const expected = { kind: "run", project: "p" };
  expect(await parseCommandLine(["--project", "p", "copy", "a"], set)).toMatchObject(expected);
  expect(await parseCommandLine(["copy", "a", "--project", "p"], set)).toMatchObject(expected);
});

test.each(commands.map((command) => command.name))("%s alone is what yargs makes of it", async (name) => {
  const all = { ...set, commands, groups };
  for (const typed of [name.split(" "), [...name.split(" "), "--project", "p"]]) {
    const parse = (words: readonly string[]) => parseCommandLine(words, all).catch((error: Error) => error.message);
    // What follows the separator is nothing here, and it leads past the short way.
    expect(await parse(typed)).toEqual(await parse([...typed, "--"]));
  }
});

test("help of a group lists its commands", async () => {
  const line = await parseCommandLine(["connections", "--help"], set);
  expect(line).toMatchObject({
    kind: "print",
    text: expect.stringContaining("dagwright connections list  All of them"),
  });
});

test.each([
  [["connections", "lst"], 'unknown command "connections lst". Did you mean list?'],
  [["conections"], 'unknown command "conections". Did you mean connections?'],
  [["connections"], "dagwright connections takes a command. One of: list"],
  [["connections", "list", "all"], 'too many arguments: "all". Write dagwright connections list'],
  [["connections", "list", "--jsn"], "unknown option --jsn. See dagwright connections list --help"],
  [["copy"], "missing argument from. Write dagwright copy <from> [to..]"],
  [["--project", "p", "copy"], "missing argument from. Write dagwright copy <from> [to..]"],
  [
    ["copy", "a", "--limit", "99999999999999999999"],
    '--limit takes a number: "99999999999999999999". Write --limit 10',
  ],
  [["copy", "a", "--limit", "ten"], '--limit takes a number: "ten". Write --limit 10'],
  [["copy", "a", "--limit"], "--limit takes a value. Write --limit VALUE. See dagwright copy --help"],
  [["copy", "a", "--dry-rum"], "unknown option --dry-rum. Did you mean --dry-run? See dagwright copy --help"],
  [["copy", "a", "-x"], "unknown option -x. See dagwright copy --help"],
  [["copy", "a", "--dry-run=yes"], '--dry-run takes no value: "--dry-run=yes". Write --dry-run'],
  [["copy", "a", "--as", "yml"], '--as does not know this value: "yml". Did you mean yaml?'],
  [["copy", "a", "--as", "table"], '--as does not know this value: "table". Accepted: json, yaml'],
  [["copy", "a", "--project"], "--project takes a value. Write --project VALUE. See dagwright copy --help"],
  [["--jsn"], "unknown option --jsn. See dagwright --help"],
])("%j is refused: %s", async (typed, message) => {
  await expect(parseCommandLine(typed, set)).rejects.toThrow(message);
});

test.each([80, 40])("help fits a terminal of %i columns", async (columns) => {
  for (const typed of [["--help"], [], ["copy", "--help"], ["connections", "--help"]]) {
    const line = await parseCommandLine(typed, { ...set, columns });
    if (line.kind !== "print") throw new Error("it was run");
    const widest = Math.max(...line.text.split("\n").map((text) => text.length));
    expect(widest, line.text).toBeLessThanOrEqual(columns);
  }
});
