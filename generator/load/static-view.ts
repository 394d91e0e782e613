// What the source says about a call that the evaluation saw: where inside it a value is written, and what its handler asks for.
// Joined by position (loaded.ts: sites), syntax only, within one file. What it cannot follow it answers with the call's own place.

import {
  type CallExpression,
  type NewExpression,
  Node,
  type ObjectLiteralExpression,
  Project,
  type SourceFile,
  SyntaxKind,
} from "ts-morph";
import type { JsonValue } from "../../runtime/dag/json.ts";
import type { Edit, Place } from "../diagnostic.ts";

/**
 * The way to a value: the argument's index first, then property names, indexes, or the list's element of that value; at the end it may
 * be a property itself, where its name stands.
 */
export type ValuePath = readonly [number, ...ValueStep[]];
type ValueStep = string | number | { readonly element: string } | { readonly property: string };

export interface WrittenValue extends Place {
  /** The value's source; a const of the same file is followed to what it was set to. */
  readonly text: string;
  /** A string literal: `text` is its value, without quotes. */
  readonly isLiteral: boolean;
}

export interface TopLevelWork extends Place {
  /** What is called: `Date.now`, `new Date`; `process.env` where that is read. */
  readonly what: string;
  /** How many arguments it is given. */
  readonly arguments: number;
}

/** Another literal in the place of a literal, or a property that is missing; or another name for a property. */
export type Change = { readonly set: JsonValue } | { readonly rename: string };

export interface StaticView {
  /** The deepest part of the path that is written there; the call itself when none is. */
  placeOf(call: Place, path: ValuePath): Place;
  /** Undefined when it is not written there. */
  findValue(call: Place, path: ValuePath): WrittenValue | undefined;
  /** Undefined where that is not written within the call itself, as plain literals: what others share is not changed. */
  findEdit(call: Place, path: ValuePath, change: Change): Edit | undefined;
  /** What runs while the file is loaded: calls, `new`, and `process.env`, outside of every function. */
  findTopLevelWork(file: string): TopLevelWork[];
  /** Whether that place lies in a string, a template's text or a regular expression. */
  isInText(place: Place): boolean;
  /** String literals that the function at this argument of the call hands to any of these methods. */
  findStringsPassed(call: Place, argument: number, methods: readonly string[]): WrittenValue[];
}

export function openStaticView(textOf: (file: string) => string | undefined): StaticView {
  const project = new Project({ useInMemoryFileSystem: true, skipFileDependencyResolution: true });
  const files = new Map<string, SourceFile | undefined>();
  const open = (file: string) => {
    if (!files.has(file)) {
      const text = textOf(file);
      files.set(file, text === undefined ? undefined : project.createSourceFile(`/${files.size}.ts`, text));
    }
    return files.get(file);
  };
  const call = (place: Place) => findCall(open(place.file), place);
  return {
    placeOf(place, path) {
      const node = call(place);
      const part = node && follow(node, path).node;
      return part && part !== node ? placeOfNode(place.file, part) : place;
    },
    findValue(place, path) {
      const node = call(place);
      const found = node && follow(node, path);
      return found?.isComplete ? written(place.file, found.node) : undefined;
    },
    findEdit(place, path, change) {
      const node = call(place);
      return node && editIn(node, path, change);
    },
    findTopLevelWork: (file) =>
      topLevelWork(open(file)).map((node) => ({ ...placeOfNode(file, node), ...workOf(node) })),
    isInText(place) {
      const source = open(place.file);
      const node = source?.getDescendantAtPos(positionOf(source, place));
      return node !== undefined && textKinds.includes(node.getKind());
    },
    findStringsPassed(place, argument, methods) {
      const handler = resolve(call(place)?.getArguments()[argument]);
      return handler ? stringsPassed(handler, methods).map((node) => written(place.file, node)) : [];
    },
  };
}

type Call = CallExpression | NewExpression;

/** The call whose callee the position lies in: V8 gives the method's name for `dag.bash(…)`, the keyword for `new Dag(…)`. */
function findCall(source: SourceFile | undefined, { line, column }: Place): Call | undefined {
  if (!source || line > source.getEndLineNumber()) return undefined;
  const position = positionOf(source, { line, column });
  const start = source.getDescendantAtPos(position);
  for (let node: Node | undefined = start; node; node = node.getParent()) {
    if (Node.isNewExpression(node)) return node;
    if (Node.isCallExpression(node) && position < node.getExpression().getEnd()) return node;
  }
  return undefined;
}

function positionOf(source: SourceFile, { line, column }: Pick<Place, "line" | "column">): number {
  return source.compilerNode.getPositionOfLineAndCharacter(line - 1, 0) + column - 1;
}

const textKinds: readonly SyntaxKind[] = [
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateHead,
  SyntaxKind.TemplateMiddle,
  SyntaxKind.TemplateTail,
  SyntaxKind.RegularExpressionLiteral,
];

function follow(call: Call, [argument, ...steps]: ValuePath): { node: Node; isComplete: boolean } {
  const first = call.getArguments()[argument];
  // Behind a spread the arguments of the source are not those of the call.
  const isMoved = call
    .getArguments()
    .slice(0, argument + 1)
    .some(Node.isSpreadElement);
  if (!first || isMoved) return { node: call, isComplete: false };
  let node: Node = first;
  for (const [index, step] of steps.entries()) {
    const next = stepInto(resolve(node), step);
    // An options object is as wide as the call: a property that is missing from it is reported at the call.
    if (!next) return { node: index === 0 ? call : node, isComplete: false };
    node = next;
  }
  return { node, isComplete: true };
}

function stepInto(node: Node | undefined, step: ValueStep): Node | undefined {
  if (typeof step === "string") return initializerOf(findProperty(node, step));
  if (typeof step === "object" && "property" in step) return findProperty(node, step.property);
  if (!Node.isArrayLiteralExpression(node)) return undefined;
  const elements = node.getElements();
  if (typeof step === "number") return elements[step];
  return elements.find((element) => literalText(resolve(element)) === step.element);
}

/** The last one wins, as in JavaScript. */
function findProperty(object: Node | undefined, name: string): Node | undefined {
  if (!Node.isObjectLiteralExpression(object)) return undefined;
  for (const property of object.getProperties().toReversed()) {
    if (Node.isSpreadAssignment(property)) {
      const found = findProperty(resolve(property.getExpression()), name);
      if (found) return found;
    } else if (property.getName().replaceAll(/^["']|["']$/g, "") === name) return property;
  }
  return undefined;
}

function initializerOf(property: Node | undefined): Node | undefined {
  return Node.isPropertyAssignment(property) ? property.getInitializer() : property;
}

/** Names that stand for names end somewhere; two that stand for each other do not. */
const longestWay = 10;

/** Behind `as const`, `satisfies`, parentheses, and names of consts and functions of this file. */
function resolve(node: Node | undefined, way = 0): Node | undefined {
  if (way > longestWay) return node;
  const inner = unwrap(node);
  if (inner !== node) return resolve(inner, way + 1);
  if (Node.isShorthandPropertyAssignment(node)) return resolve(node.getNameNode(), way + 1);
  if (!Node.isIdentifier(node)) return node;
  const source = node.getSourceFile();
  const value = source.getVariableDeclaration(node.getText())?.getInitializer();
  return value ? resolve(value, way + 1) : (source.getFunction(node.getText()) ?? node);
}

function editIn(call: Call, [argument, ...steps]: ValuePath, change: Change): Edit | undefined {
  const given = call.getArguments();
  if (given.some(Node.isSpreadElement)) return undefined;
  if ("set" in change && given.length === argument && steps.every((step) => typeof step === "string")) {
    return insertion(given.at(-1)?.getEnd(), `, ${textOf(steps, change.set)}`);
  }
  let node: Node | undefined = given[argument];
  for (const [index, step] of steps.entries()) {
    const object: Node | undefined = unwrap(node);
    if (!Node.isObjectLiteralExpression(object)) return undefined;
    if (typeof step === "object") return "rename" in change ? renaming(object, step, change.rename) : undefined;
    const property = findProperty(object, String(step));
    if (!property) {
      const isKnown = object.getProperties().every((each) => !Node.isSpreadAssignment(each) || isPlainSpread(each));
      return "set" in change && isKnown ? addition(object, steps.slice(index), change.set) : undefined;
    }
    if (property.getParent() !== object || !Node.isPropertyAssignment(property)) return undefined;
    node = property.getInitializer();
  }
  const isLiteral = Node.isNumericLiteral(node) || literalText(node) !== undefined;
  if (!isLiteral || !("set" in change)) return undefined;
  return replacement(node!, JSON.stringify(change.set));
}

/** Of an object that is written in this file: nothing unknown hides in it. */
function isPlainSpread(spread: Node): boolean {
  const object = Node.isSpreadAssignment(spread) ? resolve(spread.getExpression()) : undefined;
  return Node.isObjectLiteralExpression(object) && !object.getProperties().some(Node.isSpreadAssignment);
}

function renaming(object: ObjectLiteralExpression, step: ValueStep, name: string): Edit | undefined {
  const property = stepInto(object, step);
  if (findProperty(object, name) || property?.getParent() !== object) return undefined;
  if (!Node.isPropertyAssignment(property)) return undefined;
  const node = property.getNameNode();
  return replacement(node, name);
}

/** Behind the last property; on a line of its own where the closing brace is on one. */
function addition(object: ObjectLiteralExpression, steps: readonly ValueStep[], value: JsonValue): Edit | undefined {
  const last = object.getProperties().at(-1);
  const [name, ...rest] = steps;
  const text = `${name}: ${textOf(rest, value)}`;
  const before = object
    .getSourceFile()
    .getFullText()
    .slice(0, object.getEnd() - 1);
  if (!last) return /^\{\s*\}$/.test(object.getText()) ? replacement(object, `{ ${text} }`) : undefined;
  const line = /\r?\n([ \t]*)$/.exec(before);
  if (!line) return insertion(last.getEnd(), `, ${text}`);
  const end = line[0].slice(0, -line[1]!.length || undefined);
  const hasComma = /^\s*,/.test(before.slice(last.getEnd()));
  const indent = " ".repeat(last.getStart() - last.getStartLinePos());
  return hasComma
    ? insertion(line.index + end.length, `${indent}${text},${end}`)
    : insertion(last.getEnd(), `,${end}${indent}${text}`);
}

/** The value as JavaScript, within an object for each of the steps. */
function textOf(steps: readonly ValueStep[], value: JsonValue): string {
  const [name, ...rest] = steps;
  return name === undefined ? JSON.stringify(value) : `{ ${String(name)}: ${textOf(rest, value)} }`;
}

function insertion(at: number | undefined, text: string): Edit | undefined {
  return at === undefined ? undefined : { start: at, end: at, text };
}

function replacement(node: Node, text: string): Edit {
  return { start: node.getStart(), end: node.getEnd(), text };
}

function unwrap(node: Node | undefined): Node | undefined {
  const isWrapped =
    Node.isAsExpression(node) || Node.isSatisfiesExpression(node) || Node.isParenthesizedExpression(node);
  return isWrapped ? unwrap(node.getExpression()) : node;
}

function stringsPassed(handler: Node, methods: readonly string[]): Node[] {
  return handler.getDescendantsOfKind(SyntaxKind.CallExpression).flatMap((call) => {
    const callee = call.getExpression();
    const argument = call.getArguments()[0];
    if (!Node.isPropertyAccessExpression(callee) || !methods.includes(callee.getName())) return [];
    return argument && literalText(resolve(argument)) !== undefined ? [argument] : [];
  });
}

/** Not looked into: a function runs when it is called, a class when it is made. */
function topLevelWork(node: Node | undefined): Node[] {
  if (!node || Node.isFunctionLikeDeclaration(node) || Node.isFunctionExpression(node)) return [];
  const isWork = Node.isCallExpression(node) || Node.isNewExpression(node) || node.getText() === "process.env";
  return [...(isWork ? [node] : []), ...node.forEachChildAsArray().flatMap(topLevelWork)];
}

function workOf(node: Node): Pick<TopLevelWork, "what" | "arguments"> {
  if (!Node.isCallExpression(node) && !Node.isNewExpression(node)) return { what: node.getText(), arguments: 0 };
  const callee = node.getExpression().getText();
  return { what: Node.isNewExpression(node) ? `new ${callee}` : callee, arguments: node.getArguments().length };
}

function literalText(node: Node | undefined): string | undefined {
  return Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node) ? node.getLiteralText() : undefined;
}

function written(file: string, node: Node): WrittenValue {
  const value = resolve(node) ?? node;
  const literal = literalText(value);
  return { ...placeOfNode(file, node), text: literal ?? value.getText(), isLiteral: literal !== undefined };
}

function placeOfNode(file: string, node: Node): Place {
  const { line, column } = node.getSourceFile().getLineAndColumnAtPos(node.getStart());
  return { file, line, column };
}
