import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  findEnvironmentFileWarnings,
  loadEnvironment,
  readEnvironmentFile,
} from "../../../runtime/connections/environment.ts";
import { createFolder } from "../../support/built-project.ts";
import { runCommandLine } from "../../support/command-line.ts";

test.each([
  ["A line without a sign", "there is no = in it"],
  ["= 'x'", "what stands before = is no name"],
  ["TWO WORDS='x'", "what stands before = is no name"],
  ["B='x", "its quote is not closed"],
  ["B='x'y'", "what follows its closing quote is ignored"],
  ["B=x#y", "its value ends at the #"],
])("%j: a warning with its line, and the lines around it are read", (line, warning) => {
  const root = projectWith(`# a comment\nBEFORE='1'\n${line}\nAFTER='2'\n`);
  expect(findEnvironmentFileWarnings(root)).toEqual([expect.stringMatching(/^\.env:3: .*\. [A-Z]/)]);
  expect(findEnvironmentFileWarnings(root)[0]).toContain(warning);
  expect(loadEnvironment(root, {})).toMatchObject({ BEFORE: "1", AFTER: "2" });
});

test.each([
  ["AIRFLOW_CONN_DB", "there is no = in it"],
  ["AIRFLOW_CONN_DB: 'postgres://u:hush@h/db'", "there is no = in it"],
  ["AIRFLOW_CONN_DB: 'postgres://u:hush@h/db?sslmode=require'", "what stands before = is no name"],
  ["AIRFLOW CONN_DB='postgres://u:hush@h/db'", undefined],
  ["export AIRFLOW_CONN_DB 'postgres://u:hush@h/db'", "there is no = in it"],
  ["AIRFLOW_CONN_DB='postgres://u:hush@h/db", "its quote is not closed"],
  ["AIRFLOW_CONN_DB='postgres://u:hu'sh@h/db'", "what follows its closing quote is ignored"],
  ["AIRFLOW_CONN_DB=postgres://u:hush#hush@h/db", "its value ends at the #"],
  ["AIRFLOW_CONN_db='postgres://u:hush@h/db'", "its name is looked for in capitals only"],
  ["AIRFLOW_VAR_REGION hush", "there is no = in it"],
])("%j is refused when it looks like Airflow's, and never quoted", (line, found) => {
  const root = projectWith(`\n${line}\n`);
  if (found === undefined) expect(findEnvironmentFileWarnings(root)).toHaveLength(1);
  else expect(() => readEnvironmentFile(root)).toThrow(`a connection or variable cannot be read (.env:2): ${found}`);
  if (found !== undefined) expect(() => readEnvironmentFile(root)).not.toThrow(/hush/);
});

test.each([
  "A=x # a comment",
  "A='x' # a comment",
  "A=\n",
  "export A=x",
  "my.name=x\nmy-name=x",
  "A='one\ntwo = three\nfour' # a comment\n",
  'A="one\n\ntwo"\r\nB=x',
  "A=#x",
  'AIRFLOW_CONN_DB=\'{"conn_type": "postgres",\n "host": "h"}\'',
  "  # AIRFLOW_CONN_DB x",
])("%j is sound", (text) => {
  const root = projectWith(text);
  expect(findEnvironmentFileWarnings(root)).toEqual([]);
  readEnvironmentFile(root);
});

test.each([
  ["connections", "list"],
  ["dags", "test", "sound"],
])("%s %s warns on stderr", async (...typed) => {
  const root = projectWith("AIRFLOW_CONN_A='postgres://h/d'\nnonsense\n");
  mkdirSync(join(root, "dags"));
  writeFileSync(
    join(root, "dags", "sound.ts"),
    'import { Dag } from "dagwright";\nnew Dag("sound").bash("a", "true");',
  );
  const { exitCode, stderr } = await runCommandLine(typed, { cwd: root });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: "warning: .env:2: there is no = in it. Write NAME='value'\n",
  });
});

function projectWith(text: string): string {
  const root = createFolder();
  writeFileSync(join(root, ".env"), text);
  return root;
}
