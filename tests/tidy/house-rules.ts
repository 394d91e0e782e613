// The rules of the house that a machine can check in one file at a time. Each check returns `path:line: what, use what`.

import { ts } from "ts-morph";
import { isSource, type TreeFile, visit } from "./tree.ts";

const junkDrawers = /^(utils?|helpers|common|lib|misc|types|interfaces)$/;
const longest = 300;

/** Of sources every part of the path; others have names that their readers give them. */
const kebabCase = /^(?:[a-z0-9-]+|)$/;

export function checkNames(files: readonly TreeFile[]): string[] {
  return files.filter(isSource).flatMap(({ path }) => {
    const names = path.split("/").map((part) => part.replace(/\..*$/, ""));
    const junk = names.find((name) => junkDrawers.test(name));
    if (junk) return [`${path}:1: is named ${junk}, use a name that says what it does`];
    const odd = names.find((name) => !kebabCase.test(name));
    return odd ? [`${path}:1: ${odd} is not in kebab-case, use small letters with - between words`] : [];
  });
}

/** Constructs that leave code behind, or that leave types out. `tsc` refuses the first kind too; this names the remedy. */
export function checkSyntax(files: readonly TreeFile[]): string[] {
  return files
    .filter(({ path }) => path.endsWith(".ts"))
    .flatMap((file) => {
      const found: string[] = [];
      visit(file, (node, line) => {
        const remedy = findRemedy(node);
        if (remedy) found.push(`${file.path}:${line}: ${remedy}`);
      });
      return found;
    });
}

function findRemedy(node: ts.Node): string | undefined {
  if (ts.isEnumDeclaration(node)) return "an enum, use a union of string literals";
  if (ts.isModuleDeclaration(node) && ts.isIdentifier(node.name)) return "a namespace, use a module";
  if (ts.isDecorator(node)) return "a decorator, use a function call";
  if (node.kind === ts.SyntaxKind.AnyKeyword) return "any, use unknown and look";
  const isProperty =
    ts.isParameter(node) && node.modifiers?.some((modifier) => modifier.kind !== ts.SyntaxKind.OverrideKeyword);
  return isProperty && !node.modifiers!.every(ts.isDecorator) ? "a parameter property, use a field" : undefined;
}

/** Tests say in their titles what they are; dags and configurations are written as a user's. */
export function checkOpening(files: readonly TreeFile[]): string[] {
  const opened = files.filter(
    ({ path }) =>
      /^(runtime|generator|cli|quickstart|bench|tests|templates)\/.*\.(ts|mjs|py)$/.test(path) &&
      !isJudgedElsewhere(path),
  );
  return opened
    .filter(({ text }) => !/^(#!.*\n)?(\/\/ |"""|# )/.test(text))
    .map(({ path }) => `${path}:1: does not open with a comment, use one to five lines: its duty, its invariant`);
}

function isJudgedElsewhere(path: string): boolean {
  return path.endsWith(".test.ts") || /^tests\/(corpus|fixtures)\//.test(path);
}

export function checkLength(files: readonly TreeFile[]): string[] {
  return files
    .filter(
      ({ path, text }) => isSource({ path, text }) && !path.startsWith("tests/") && text.split("\n").length > longest,
    )
    .map(
      ({ path, text }) => `${path}:${longest}: has ${text.split("\n").length} lines, use two files with one duty each`,
    );
}

/** `/home/airflow` is the home in Airflow's image. Written in pieces, so that this file does not find itself. */
const machinePaths = new RegExp(
  ["/wor" + "k/", "/home" + "/(?!airflow)[a-z]", "/User" + "s/[a-z]", "/roo" + "t/"].join("|"),
);
const hosts = new RegExp(
  [
    '"resol' + 'ved":',
    "pypi" + "\\.org",
    "npmjs" + "\\.(com|org)",
    "pythonhosted" + "\\.org",
    "--index" + "-url",
    "--extra" + "-index",
  ].join("|"),
);

export function checkNothingOfAMachine(files: readonly TreeFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      if (machinePaths.test(line))
        return [`${path}:${index + 1}: holds a path of one machine, use a path relative to the file`];
      return hosts.test(line)
        ? [`${path}:${index + 1}: names a package index, use the one that the user's npm or pip is set to`]
        : [];
    }),
  );
}

interface Shape {
  readonly folder: string;
  /** Finds the name of the thing that a file exports. */
  readonly exported: RegExp;
}

const shapes: readonly Shape[] = [
  { folder: "generator/rules", exported: /^export const (\w+): Rule\b/gm },
  { folder: "generator/report", exported: /^export const (\w+): Reporter\b/gm },
  { folder: "cli/commands", exported: /^export const (\w+): Command\b/gm },
  { folder: "runtime/operators", exported: /^export function (\w+)(?:<[^>]*>)?\([\s\S]*?\): Operator</gm },
];

/** One thing, one file, one shape, one list. */
export function checkLists(files: readonly TreeFile[]): string[] {
  return shapes.flatMap(({ folder, exported }) => {
    const list = files.find(({ path }) => path === `${folder}/index.ts`)?.text ?? "";
    return files
      .filter(({ path }) => path.startsWith(`${folder}/`) && path !== `${folder}/index.ts`)
      .flatMap(({ path, text }) => {
        const names = [...text.matchAll(exported)].map((match) => match[1]!);
        if (names.length > 1) return [`${path}:1: exports ${names.join(" and ")}, use a file for each`];
        const isListed = names.every((name) => new RegExp(`\\b${name}\\b`).test(list));
        return isListed ? [] : [`${path}:1: exports ${names[0]}, use ${folder}/index.ts to list it`];
      });
  });
}
