// Whatever an author writes, the generator answers with diagnostics, or with Python that CPython compiles: it never throws. More programs:
// DAGWRIGHT_FUZZ=20000 npx vitest run tests/generator/random-programs.test.ts; DAGWRIGHT_SEED=… begins at another one.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { emitAirflow } from "../../generator/emit/emit-airflow.ts";
import { findValidityErrors, lintProject } from "../../generator/lint/lint-project.ts";
import { defaultConfig } from "../../generator/load/check-config.ts";
import { joinFiles, type LoadedDag, type LoadedProject } from "../../generator/load/loaded.ts";
import { rules } from "../../generator/rules/index.ts";
import { DefinitionError } from "../../runtime/dag/definition-error.ts";
import { survey } from "../../runtime/dag/describe.ts";
import { startRegistry } from "../../runtime/dag/registry.ts";
import { describeWithPython } from "../support/airflow.ts";
import { createFolder } from "../support/built-project.ts";
import { pythonIn } from "../support/python-environments.ts";
import { randomFrom } from "../support/random.ts";
import { defineRandomDag } from "../support/random-spec.ts";

const programs = Number(process.env["DAGWRIGHT_FUZZ"] ?? 1000);
const firstSeed = Number(process.env["DAGWRIGHT_SEED"] ?? 1);
/** DAGs of one project: a project of thousands is another test's matter. */
const batch = 250;
/** More in one go cost memory, not time. */
const limitMs = 10_000 + programs * 20;

/** All rules at their strictest: those that are off in a preset must not throw either. */
const config = {
  ...defaultConfig,
  pools: ["films"],
  lint: {
    ...defaultConfig.lint,
    rules: Object.fromEntries(
      rules
        .filter(({ group }) => group === "convention")
        .map(({ code }) => [code, { severity: "error", options: null }]),
    ),
  },
} as typeof defaultConfig;

const sound = new Map<number, string>();
const failures: string[] = [];

beforeAll(async () => {
  for (let seed = firstSeed; seed < firstSeed + programs; seed += batch) {
    await generate(seeds(seed, Math.min(batch, firstSeed + programs - seed)));
  }
}, limitMs);

async function generate(batch: readonly number[]): Promise<void> {
  const defined = batch.flatMap((seed) => tryOne(seed, () => define(seed)));
  // All at once is fast; one by one tells whose fault it is.
  const refused = await findRefused(defined).catch(async () => {
    for (const program of defined) await findRefused([program]).catch((error) => fail(program.seed, error));
    return new Set(defined.map(({ file }) => file));
  });
  for (const { seed, dag, file } of defined) {
    if (refused.has(file)) continue;
    const facts = { file, definition: "0".repeat(64) };
    for (const python of tryOne(seed, () => [emitAirflow(dag.model, facts)])) sound.set(seed, python);
  }
}

interface Program {
  readonly seed: number;
  readonly file: string;
  readonly dag: LoadedDag;
  readonly mistakes: LoadedProject["mistakes"];
}

function define(seed: number): Program[] {
  const registry = startRegistry({ keepsCallSites: true });
  try {
    defineRandomDag(randomFrom(seed), `dag_${seed}`);
  } catch (error) {
    // What the file itself would have failed with.
    if (error instanceof DefinitionError) return [];
    throw error;
  }
  const { model, mistakes } = survey(registry.dags[0]!);
  expect(JSON.parse(JSON.stringify(model))).toEqual(model);
  const file = `dags/program_${seed}.ts`;
  const place = { file, line: 1, column: 1 };
  const sites = {
    dag: place,
    tasks: model.tasks.map(() => place),
    groups: (model.groups ?? []).map(() => place),
    edges: [],
    unplaced: [],
  };
  const dag: LoadedDag = { model, given: [], file, sites };
  const all = [...registry.mistakes, ...mistakes].map(({ text, remedy, path }) => {
    return { at: { call: place, path }, dagFile: file, text, remedy };
  });
  return [{ seed, file, dag, mistakes: all }];
}

/** The files of those that cannot be built. */
async function findRefused(programs: readonly Program[]): Promise<ReadonlySet<string>> {
  const loaded = programs.map(({ file, dag, mistakes }) => ({ file, dags: [dag], mistakes, diagnostics: [] }));
  const project = joinFiles(createFolder(), loaded);
  const errors = await findValidityErrors(project, config);
  for (const { text, remedy } of await lintProject(project, config)) {
    expect(text).toMatch(/^\S.*\S$/s);
    expect(remedy).toMatch(/^\S.*\S$/s);
  }
  return new Set(errors.map(({ file }) => file));
}

function tryOne<T>(seed: number, work: () => T[]): T[] {
  try {
    return work();
  } catch (error) {
    fail(seed, error);
    return [];
  }
}

function fail(seed: number, error: unknown): void {
  failures.push(`seed ${seed}: ${(error as Error).stack}`);
}

function seeds(first: number, length: number): number[] {
  return Array.from({ length }, (_, index) => first + index);
}

test("neither the surface, nor a rule, nor the emitter throws", () => {
  expect(failures).toEqual([]);
});

test("the programs are worth something: some are sound, some are refused", () => {
  expect(sound.size).toBeGreaterThan(programs / 20);
  expect(programs - sound.size).toBeGreaterThan(programs / 20);
});

describeWithPython("CPython", () => {
  test("compiles what was emitted, without a warning", () => {
    const folder = createFolder();
    mkdirSync(join(folder, "dags"));
    for (const [seed, text] of sound) writeFileSync(join(folder, "dags", `dag_${seed}.py`), text);
    const compileAll = ["-W", "error", "-m", "compileall", "-q", "-f", "dags"];
    expect(execFileSync(pythonIn("ruff"), compileAll, { cwd: folder, encoding: "utf8" })).toBe("");
  }, 60_000);
});
