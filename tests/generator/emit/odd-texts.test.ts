// Any text in any field arrives in real Airflow as it was written, or is refused with the field's name: thousands of odd ones, value by value.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emitAirflow } from "../../../generator/emit/emit-airflow.ts";
import { joinFiles, type LoadedDag } from "../../../generator/load/loaded.ts";
import type { Sources } from "../../../generator/load/sources.ts";
import { rules } from "../../../generator/rules/index.ts";
import { survey } from "../../../runtime/dag/describe.ts";
import type { JsonValue } from "../../../runtime/dag/json.ts";
import { airflowVersions, createAirflowHome, describeWithPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";
import type { AirflowVersion } from "../../support/python-environments.ts";
import { randomFrom } from "../../support/random.ts";
import { helperFile } from "./golden-files.ts";
import { attributes, dagOf, type Parts, type ReadDag, type TextField, textFields } from "./text-fields.ts";

const seed = Number(process.env["DAGWRIGHT_TEST_SEED"] ?? 20_260_101);
/** DAGs; each has a text in every field. */
const count = Number(process.env["DAGWRIGHT_ODD_TEXT_DAGS"] ?? 320);

interface Case {
  readonly field: TextField;
  readonly value: JsonValue;
}

/** Nothing is written anywhere. */
const noSources = { textOf: () => undefined } as unknown as Sources;

/** What the build says of a DAG: the load's mistakes and the rules that none may break. */
async function faultsOf(parts: Parts): Promise<string[]> {
  const { model, mistakes } = survey(dagOf(parts, 0));
  const sites = { dag: null, tasks: [], groups: [], edges: [], unplaced: [] };
  const dag: LoadedDag = { model, given: [], file: "dags/odd.ts", sites };
  const project = joinFiles("/nowhere", [{ file: dag.file, dags: [dag], mistakes: [], diagnostics: [] }]);
  const found = await Promise.all(
    rules.map((rule) => {
      if (rule.group !== "validity") return [];
      if (rule.view === "dag") return rule.check(dag, {}, { now: 0, airflow: [], pools: null });
      if (rule.view === "source") return rule.check(dag, noSources, {});
      return rule.view === "project" ? rule.check(project, {}) : [];
    }),
  );
  return [...mistakes, ...found.flat()].map(({ text }) => text);
}

/** An operator's or a param's mistakes are thrown where there is nobody to collect them. */
async function judge({ field, value }: Case): Promise<string[]> {
  try {
    return await faultsOf(field.place(value as never));
  } catch (error) {
    return [(error as Error).message];
  }
}

function isLarge(value: JsonValue): boolean {
  return JSON.stringify(value).length > 1_000_000;
}

function partsOf(cases: readonly Case[]): Parts {
  const parts: Record<string, unknown> = {};
  for (const { field, value } of cases) {
    for (const [place, given] of Object.entries(field.place(value as never))) {
      parts[place] = typeof given === "object" ? { ...(parts[place] as object), ...(given as object) } : given;
    }
  }
  return parts as Parts;
}

const random = randomFrom(seed);
const all: Case[][] = Array.from({ length: count }, () =>
  textFields.map((field) => ({ field, value: field.make(random) })),
);
const megabyte = "\"{x}\\\n'".repeat(150_000);
const roomy = ["dag.description", "dag.docMd", "bash.docMd", "node.docMd", "a param's value"];
all.push(textFields.filter(({ name }) => roomy.includes(name)).map((field) => ({ field, value: megabyte })));

const verdicts = new Map<Case, readonly string[]>();
for (const each of all.flat()) verdicts.set(each, await judge(each));
const accepted = all.map((cases) => cases.filter((each) => verdicts.get(each)!.length === 0));

test(`seed ${seed}: ${all.flat().length} texts, most of them taken, and each refusal names the field`, async () => {
  for (const [{ field, value }, faults] of verdicts) {
    if (faults.length > 0) expect(faults.join("\n"), `${field.name}: ${JSON.stringify(value)}`).toMatch(field.called);
  }
  const open = textFields.filter(({ find }) => find !== undefined);
  for (const { name } of open) {
    const taken = accepted.flat().filter(({ field }) => field.name === name);
    expect(taken.length, `taken of ${name}`).toBeGreaterThan(count / 10);
  }
  expect(accepted.flat().filter(({ value }) => isLarge(value)).length).toBe(roomy.length);
  for (const field of textFields.filter(({ find }) => find === undefined)) {
    const value = 'a"{{ 7*7 }}';
    expect((await judge({ field, value })).join("\n"), field.name).toMatch(field.called);
  }
});

describeWithPython(`real Airflow, seed ${seed}`, () => {
  test.each(airflowVersions)(
    "%s holds every text that was taken",
    async (version) => {
      const groups = accepted.map((cases) => cases.filter(({ field }) => field.find !== undefined));
      const failing = await findFailing(version, groups);
      // One field at a time: what of a DAG it was.
      const alone =
        failing.length === 0
          ? []
          : await findFailing(
              version,
              failing
                .slice(0, 10)
                .flat()
                .map((each) => [each]),
            );
      expect(alone.flat().map(({ field, value }) => `${field.name}: ${JSON.stringify(value).slice(0, 500)}`)).toEqual(
        [],
      );
      expect(failing.length).toBe(0);
    },
    240_000,
  );
});

/** The DAGs of which Airflow has another text than was given, or which it cannot read. */
async function findFailing(version: AirflowVersion, groups: readonly Case[][]): Promise<Case[][]> {
  const folder = createFolder();
  mkdirSync(join(folder, "dagwright"));
  writeFileSync(join(folder, "dagwright", ".airflowignore"), "*\n");
  writeFileSync(join(folder, "dagwright", "__init__.py"), "");
  cpSync(helperFile, join(folder, "dagwright", "operators.py"));
  const made = groups.map((cases, number) => {
    const parts = partsOf(cases);
    const { model } = survey(dagOf(parts, number));
    writeFileSync(
      join(folder, `${model.id}.py`),
      emitAirflow(model, { file: "dags/odd.ts", definition: "0".repeat(64) }),
    );
    return { cases, parts, id: model.id };
  });
  const dags = await readTexts(version, folder);
  return made.filter(({ cases, parts, id }) => !isHeld(cases, parts, dags[id])).map(({ cases }) => cases);
}

interface ReadBack {
  readonly parsed: ReadDag;
  readonly stored: ReadDag;
}

async function readTexts(version: AirflowVersion, folder: string): Promise<Readonly<Record<string, ReadBack>>> {
  const script = readFileSync(new URL("read-texts.py", import.meta.url), "utf8");
  const airflow = createAirflowHome(version, folder);
  const { output, exitCode } = await airflow.python(script, folder, JSON.stringify(attributes));
  const line = output.split("\n").find((text) => text.startsWith('{"errors"'));
  if (line === undefined) throw new Error(`Airflow ended with ${exitCode}:\n${output.slice(-4000)}`);
  const { errors, warnings, dags } = JSON.parse(line);
  expect(Object.values(errors).slice(0, 3), "import errors").toEqual([]);
  expect(warnings.filter((warning: string) => warning.includes(folder))).toEqual([]);
  return dags;
}

function isHeld(cases: readonly Case[], parts: Parts, read: ReadBack | undefined): boolean {
  if (read === undefined) return false;
  return cases.every(({ field, value }) => {
    const wanted = field.expected?.(value as never) ?? value;
    const places = isOfWorkersOnly(field) ? [read.parsed] : [read.parsed, read.stored];
    return places.every((dag) => isSame(field.find!(dag, parts), wanted));
  });
}

/** The helper class's own attributes are not in the database, and a command is rendered by the worker. */
function isOfWorkersOnly({ name }: TextField): boolean {
  return ["node.connections", "node.variables", "an input's name", "a bash command"].includes(name);
}

function isSame(left: unknown, right: unknown): boolean {
  try {
    expect(left).toEqual(right);
    return true;
  } catch {
    return false;
  }
}
