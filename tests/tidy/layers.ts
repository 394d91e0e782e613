// Which way imports may run: the order of docs/architecture.md, as data, and the checks that hold the tree to it.

import { type Import, importsOf, isSource, type TreeFile } from "./tree.ts";

/**
 * From the ground up. What is imported for its value lies in the same place or in a layer below; two places of one layer do not know
 * each other. Types may look up within runtime: they are erased.
 */
export const layers: readonly (readonly string[])[] = [
  [
    "runtime/errors.ts",
    "runtime/did-you-mean.ts",
    "runtime/count-noun.ts",
    "runtime/source-paths.ts",
    "runtime/yaml.ts",
    "runtime/config.ts",
    "runtime/lint-rule.ts",
    "runtime/glob.ts",
  ],
  ["runtime/file-errors.ts", "runtime/settings.ts"],
  ["runtime/airflow-settings.ts"],
  ["runtime/dag/", "runtime/contract.ts"],
  ["runtime/manifest.ts", "runtime/context.ts"],
  ["runtime/connections/"],
  ["runtime/store/", "runtime/streams/", "runtime/executor/"],
  ["runtime/tools/"],
  ["runtime/operators/", "runtime/scheduler/"],
  ["runtime/task/"],
  ["runtime/index.ts", "runtime/sql-files.d.ts"],
  ["generator/diagnostic.ts"],
  ["generator/load/"],
  ["generator/rules/", "generator/emit/", "generator/report/"],
  ["generator/build/", "generator/lint/"],
  ["generator/astro/"],
  ["cli/"],
  ["quickstart/"],
  ["bench/", "tests/"],
];

/** What the generator may know of the runtime: a build runs nothing and connects to nothing. */
const openToGenerator =
  /^runtime\/(dag\/|contract\.ts|(file-)?errors\.ts|did-you-mean\.ts|count-noun\.ts|manifest\.ts|source-paths\.ts|config\.ts|airflow-settings\.ts|lint-rule\.ts|glob\.ts)/;
const areas = ["runtime", "generator", "cli"];

export function checkLayers(files: readonly TreeFile[]): string[] {
  return eachImport(files).flatMap(([file, found]) => {
    const reason = found.path === undefined ? undefined : findReason(file.path, found.path, found);
    return reason ? [`${file.path}:${found.line}: imports ${found.path}, ${reason}`] : [];
  });
}

function findReason(from: string, to: string, { isType }: Import): string | undefined {
  const [lower, upper] = [placeOf(from), placeOf(to)];
  if (from.startsWith("dags/")) return to.startsWith("dags/") ? undefined : 'use "dagwright" or "dagwright/operators"';
  // Tests and measurements may also use what was compiled, and data of any kind.
  if (/^(tests|bench)\//.test(from) || !lower) return undefined;
  if (!upper) return "give its folder a place in tests/tidy/layers.ts";
  const [fromArea, toArea] = [from.split("/")[0]!, to.split("/")[0]!];
  if (areas.includes(fromArea) && areas.indexOf(toArea) > areas.indexOf(fromArea))
    return `use what lies below ${fromArea}`;
  if (fromArea === "generator" && toArea === "runtime" && !openToGenerator.test(to))
    return "use runtime/dag or the manifest";
  if (isType || lower.place === upper.place || upper.height < lower.height) return undefined;
  return `use \`import type\`, or move what both need below ${lower.place}`;
}

function placeOf(path: string): { place: string; height: number } | undefined {
  for (const [height, places] of layers.entries()) {
    const place = places.find((prefix) => path === prefix || (prefix.endsWith("/") && path.startsWith(prefix)));
    if (place) return { place, height };
  }
  return undefined;
}

/** Of files, types included: who reads one would have to read all of them at once. */
export function checkCycles(files: readonly TreeFile[]): string[] {
  const imports = new Map(files.filter(isSource).map((file) => [file.path, importsOf(file)]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, way: readonly string[]) => {
    if (way.includes(path)) {
      const cycle = [...way.slice(way.indexOf(path)), path];
      const line = imports.get(way.at(-1)!)!.find((other) => other.path === path)!.line;
      found.push(
        `${way.at(-1)}:${line}: an import cycle, ${cycle.join(" → ")}: move what both need into a file of its own`,
      );
    }
    if (done.has(path)) return;
    done.add(path);
    for (const other of imports.get(path) ?? []) if (other.path) walk(other.path, [...way, path]);
  };
  for (const path of imports.keys()) walk(path, []);
  return found;
}

/** They read the manifest; a DAG's program runs in the generator's child and in task processes only. */
export function checkRunsNoProgram(files: readonly TreeFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set([...byPath.keys()].filter((path) => /^runtime\/(scheduler|store)\//.test(path)));
  const found: string[] = [];
  for (const path of reached) {
    const file = byPath.get(path);
    if (!file) continue;
    for (const { path: to, isType, line } of importsOf(file)) {
      if (!to || isType) continue;
      reached.add(to);
      if (/^(dags|generator|runtime\/task|runtime\/operators)\//.test(to)) {
        found.push(`${path}:${line}: scheduler and store reach ${to}, use the manifest`);
      }
    }
    const dynamic = file.text.split("\n").findIndex((text) => /\bimport\((?!")/.test(text)) + 1;
    if (dynamic > 0) found.push(`${path}:${dynamic}: imports a computed path, use the manifest`);
  }
  return found;
}

/** A package that does something (a driver, a parser) is hidden behind one file. */
export function checkDrivers(files: readonly TreeFile[], packages: readonly string[]): string[] {
  const sources = files.filter(({ path }) => areas.includes(path.split("/")[0]!));
  const uses = eachImport(sources).filter(
    ([, { path, isType, specifier }]) => !path && !isType && !specifier.startsWith("node:"),
  );
  const unknown = uses.filter(([, { specifier }]) => !packages.includes(specifier));
  const twice = packages.flatMap((name) => {
    const users = uses.filter(([, { specifier }]) => specifier === name);
    const inFiles = [...new Set(users.map(([file]) => file.path))];
    return inFiles.length > 1 ? users.slice(1).map(([file, { line }]) => [file, line, name, inFiles[0]!] as const) : [];
  });
  return [
    ...unknown.map(
      ([{ path }, { line, specifier }]) =>
        `${path}:${line}: imports ${specifier}, use a package that package.json depends on`,
    ),
    ...twice.map(([{ path }, line, name, first]) => `${path}:${line}: imports ${name}, use what ${first} makes of it`),
  ];
}

function eachImport(files: readonly TreeFile[]): (readonly [TreeFile, Import])[] {
  return files.filter(isSource).flatMap((file) => importsOf(file).map((found) => [file, found] as const));
}
