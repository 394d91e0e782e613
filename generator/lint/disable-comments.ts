// `// dagwright-disable-next-line CODE -- reason` and `// dagwright-disable-file CODE -- reason`, each on a line of its own: which findings they take
// out, and which of them say nothing: without a reason, without a rule that may be disabled, or without a finding.

import { suggest } from "../../runtime/did-you-mean.ts";
import type { Diagnostic, FileEdit, Place } from "../diagnostic.ts";
import { hashText } from "../load/fingerprint.ts";
import type { Sources } from "../load/sources.ts";
import type { Rule } from "../rules/rule.ts";
import { isOwnFile } from "./safe-fixes.ts";

export interface Commented {
  readonly files: readonly string[];
  readonly sources: Sources;
  readonly rules: readonly Rule[];
  /** Whether the rule could find in the file all that there is: else a comment that took nothing out may be needed yet. */
  isJudged(file: string, code: string): boolean;
}

export interface Applied {
  readonly left: readonly Diagnostic[];
  /** With the comments themselves. */
  readonly problems: readonly CommentProblem[];
}

export type CommentProblem = Place & Pick<Diagnostic, "text" | "remedy" | "fix">;

export function applyDisableComments(diagnostics: readonly Diagnostic[], commented: Commented): Applied {
  const comments = commented.files.flatMap((file) => commentsIn(file, commented.sources.textOf(file) ?? ""));
  const wrong = comments.flatMap((comment) => explainWrong(comment, commented.rules));
  const sound = comments.filter(({ at }) => !wrong.some(({ file, line }) => file === at.file && line === at.line));
  const used = new Set<DisableComment>();
  const left = diagnostics.filter((diagnostic) => {
    const comment = sound.find((candidate) => covers(candidate, diagnostic));
    if (comment) used.add(comment);
    return comment === undefined;
  });
  const unused = sound
    .filter((comment) => !used.has(comment) && commented.isJudged(comment.at.file, comment.rule))
    .map(({ at, rule, edit }) => ({
      ...problem(at, `nothing here breaks ${rule}`, "take the comment out"),
      ...(isOwnFile(at.file) && { fix: edit }),
    }));
  return { left, problems: [...wrong, ...unused] };
}

/** Whether it is worth to look for them line by line. */
export function mayHaveComments(text: string): boolean {
  return /dagwright-disable/i.test(text);
}

interface DisableComment {
  readonly at: Place;
  readonly scope: "next-line" | "file";
  /** The line that `next-line` means: the first one below that is no such comment. */
  readonly line: number;
  readonly rule: string;
  /** What stands between the rule and the reason. */
  readonly more: string;
  readonly reason: string;
  /** Takes it out, with its line. */
  readonly edit: FileEdit;
}

const understood = /^\s*\/\/\s*dagwright-disable-(?<scope>next-line|file)\b(?<rest>.*)$/;
/** Whatever else begins like one was meant to be one. */
const meant = /^\s*\/[/*]\s*dagwright-disable\b/i;
const parts = /^\s*(?<rule>(?!--)[^\s,]*)(?<more>(?:(?!--).)*)(?:--(?<reason>.*))?$/;

function commentsIn(file: string, text: string): DisableComment[] {
  const lines = text.split(/\r?\n/);
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const textHash = hashText(text);
  return lines.flatMap((content, index): DisableComment[] => {
    if (!meant.test(content)) return [];
    const at = { file, line: index + 1, column: content.search(/\S/) + 1 };
    const found = understood.exec(content)?.groups;
    const { rule = "", more = "", reason = "" } = parts.exec(found?.["rest"] ?? "")?.groups ?? {};
    const scope = found?.["scope"] === "file" ? "file" : "next-line";
    const below = lines.findIndex((line, other) => other > index && !meant.test(line));
    const edit = { start: starts[index]!, end: starts[index + 1] ?? text.length, text: "", textHash };
    return [{ at, scope, line: below + 1, rule, more: more.trim(), reason: reason.trim(), edit }];
  });
}

function covers({ at, scope, line, rule }: DisableComment, diagnostic: Diagnostic): boolean {
  return diagnostic.code === rule && diagnostic.file === at.file && (scope === "file" || diagnostic.line === line);
}

function explainWrong({ at, rule, more, reason, scope }: DisableComment, rules: readonly Rule[]): CommentProblem[] {
  const form = `write // dagwright-disable-${scope} CODE -- why it is right here`;
  if (rule === "") return [problem(at, "the comment names no rule", form)];
  const known = rules.find((candidate) => candidate.code === rule);
  const convention = rules.filter(({ group }) => group === "convention").map((candidate) => candidate.code);
  if (!known) return [problem(at, `there is no rule ${JSON.stringify(rule)}`, suggest(rule, convention))];
  if (known.group === "validity") {
    return [problem(at, `${rule} cannot be disabled`, "correct what it finds: a DAG that breaks it cannot be built")];
  }
  if (/^[,a-z]/.test(more)) {
    const remedy = "write one comment for each rule, one above the other";
    return [problem(at, "the comment names more than one rule", remedy)];
  }
  return reason === "" ? [problem(at, `the comment gives no reason for disabling ${rule}`, form)] : [];
}

function problem(at: Place, text: string, remedy: string): CommentProblem {
  return { ...at, text, remedy };
}
