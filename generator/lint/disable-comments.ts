// `// dagwright-disable-next-line CODE -- reason` and `// dagwright-disable-file CODE -- reason`, each on a line of its own: which findings they take
// out, and which of them say nothing: without a reason, without a rule that may be disabled, or without a finding.

import { suggest } from "../../runtime/did-you-mean.ts";
import type { Diagnostic, Place } from "../diagnostic.ts";
import type { Sources } from "../load/sources.ts";
import type { Rule } from "../rules/rule.ts";

export interface Commented {
  readonly files: readonly string[];
  readonly sources: Sources;
  readonly rules: readonly Rule[];
}

export interface Applied {
  readonly left: readonly Diagnostic[];
  /** With the comments themselves. */
  readonly problems: readonly CommentProblem[];
}

export type CommentProblem = Place & Pick<Diagnostic, "text" | "remedy">;

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
    .filter((comment) => !used.has(comment))
    .map(({ at, rule }) => problem(at, `nothing here breaks ${rule}`, "take the comment out"));
  return { left, problems: [...wrong, ...unused] };
}

interface DisableComment {
  readonly at: Place;
  readonly scope: "next-line" | "file";
  readonly rule: string;
  readonly reason: string;
}

function commentsIn(file: string, text: string): DisableComment[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    const found = /^(?<indent>\s*)\/\/\s*dagwright-disable-(?<scope>next-line|file)\b(?<rest>.*)$/.exec(content);
    if (!found) return [];
    const { indent, scope, rest } = found.groups as Record<"indent" | "scope" | "rest", string>;
    const { rule = "", reason = "" } = /^\s*(?<rule>(?!--)\S*)\s*(?:--\s*(?<reason>.*))?/.exec(rest)!.groups!;
    const at = { file, line: index + 1, column: indent.length + 1 };
    return [{ at, scope: scope as DisableComment["scope"], rule, reason: reason.trim() }];
  });
}

function covers({ at, scope, rule }: DisableComment, { code: broken, file, line }: Diagnostic): boolean {
  return broken === rule && file === at.file && (scope === "file" || line === at.line + 1);
}

function explainWrong({ at, rule, reason, scope }: DisableComment, rules: readonly Rule[]): CommentProblem[] {
  const form = `write // dagwright-disable-${scope} CODE -- why it is right here`;
  if (rule === "") return [problem(at, "the comment names no rule", form)];
  const known = rules.find((candidate) => candidate.code === rule);
  const convention = rules.filter(({ group }) => group === "convention").map((candidate) => candidate.code);
  if (!known) return [problem(at, `there is no rule ${JSON.stringify(rule)}`, suggest(rule, convention))];
  if (known.group === "validity") {
    return [problem(at, `${rule} cannot be disabled`, "correct what it finds: a DAG that breaks it cannot be built")];
  }
  return reason === "" ? [problem(at, `the comment gives no reason for disabling ${rule}`, form)] : [];
}

function problem(at: Place, text: string, remedy: string): CommentProblem {
  return { ...at, text, remedy };
}
