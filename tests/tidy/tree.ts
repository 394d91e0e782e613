// The files of the repository, read once, and what is in them: imports and other syntax, with their lines.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { ts } from "ts-morph";

export interface TreeFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

const repository = fileURLToPath(new URL("../../", import.meta.url));
/** Made, not written: what .gitignore names, and caches of tools. */
const made = new Set([
  ".git",
  ".ruff_cache",
  "__pycache__",
  "node_modules",
  "dist",
  "build",
  ".dagwright",
  ".venv",
  "include",
]);

/** Every text that somebody wrote; folders named `build` are made only at the top. */
export function readTree(folder = ""): TreeFile[] {
  return readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    const isMade = made.has(entry.name) && (folder === "" || !["build", "include"].includes(entry.name));
    if (entry.isDirectory()) return isMade ? [] : readTree(path);
    return entry.isFile() && /\.(ts|mjs|json|md|py|hbs|yml|sql|txt)$/.test(path)
      ? [{ path, text: readFileSync(join(repository, path), "utf8") }]
      : [];
  });
}

export interface Import {
  readonly line: number;
  /** As written. */
  readonly specifier: string;
  /** The file it names, for a relative one. */
  readonly path: string | undefined;
  /** Erased: `import type`. */
  readonly isType: boolean;
}

export function isSource({ path }: TreeFile): boolean {
  return path.endsWith(".ts") || path.endsWith(".mjs");
}

export function importsOf(file: TreeFile): Import[] {
  const found: Import[] = [];
  visit(file, (node, line) => {
    const add = (specifier: ts.Node | undefined, isType: boolean) => {
      if (!specifier || !ts.isStringLiteral(specifier)) return;
      const { text } = specifier;
      const path = text.startsWith(".") ? posix.join(dirname(file.path), text) : undefined;
      found.push({ line, specifier: text, path, isType });
    };
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node));
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
  });
  return found;
}

/** Also `import { type A, type B }`: nothing of it is left. */
function isTypeImport({ importClause }: ts.ImportDeclaration): boolean {
  if (!importClause) return false;
  const named = importClause.namedBindings;
  const isEveryNameType =
    !importClause.name && named && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly);
  return importClause.isTypeOnly || isEveryNameType === true;
}

/** Calls back for every node, with its line from 1. */
export function visit({ path, text }: TreeFile, look: (node: ts.Node, line: number) => void): void {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
  const walk = (node: ts.Node) => {
    look(node, source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1);
    ts.forEachChild(node, walk);
  };
  walk(source);
}
