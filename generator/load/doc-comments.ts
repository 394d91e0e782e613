// Documentation from the comments of DAG files: the doc comment directly above the statement in which a DAG or a task is made. Read
// backwards from the call that the evaluation saw, without a parser: ts-morph takes longer to load than all else that a build does, and
// each build needs this. Where something else stands between comment and call, there is no comment.

import { type Docs, withDocs } from "../../runtime/dag/docs.ts";
import type { Place } from "../diagnostic.ts";
import type { LoadedDag } from "./loaded.ts";

type TextOf = (file: string) => string | undefined;

/** The model with what the comments above its parts say. */
export function withDocComments(dag: LoadedDag, textOf: TextOf): LoadedDag {
  return { ...dag, model: withDocs(dag.model, docsAbove(dag, textOf)) };
}

/**
 * A DAG's comment is its `docMd`, and the first paragraph its description; where nothing else is in it, it is the description alone. A
 * task's comment is its `docMd`.
 */
export function docsAbove({ model, sites }: LoadedDag, textOf: TextOf): Docs {
  const above = (place: Place | null | undefined) => place && commentAbove(textOf(place.file) ?? "", place);
  const comment = above(sites.dag);
  const description = comment ? firstParagraph(comment) : null;
  const isAllSaid = model.description === null && description === oneLine(comment ?? "");
  return {
    description,
    ...(comment && !isAllSaid && { docMd: comment }),
    tasks: model.tasks.map((_, index) => {
      const docMd = above(sites.tasks[index]);
      return docMd ? { docMd } : {};
    }),
  };
}

/** What may stand between the comment and the call: `export const dag = `, `return `, `dag.` */
const lead =
  /(?:(?:export\s+(?:default\s+)?)?(?:(?:const|let|var)\s+[\w$]+\s*(?::[^=;]*)?=\s*)?|return\s+)(?:await\s+)?(?:[\w$]+\s*\.\s*)*$/;
/** How far the lead is looked for: a declaration's name and type. */
const longestLead = 500;

/** The text of the comment, without its stars and from its first `@tag` on; undefined when there is none. */
export function commentAbove(source: string, { line, column }: Pick<Place, "line" | "column">): string | undefined {
  const before = textBefore(source, line, column);
  const near = before.slice(-longestLead);
  const rest = withoutLineComments(before.slice(0, before.length - near.length + near.search(lead)).trimEnd());
  if (!rest.endsWith("*/")) return undefined;
  const previous = rest.lastIndexOf("*/", rest.length - 3);
  const tail = rest.slice(previous === -1 ? 0 : previous + 2, -2);
  // Not within a string: `"dags/**"`. One at a line's beginning holds what follows; else the last one, after what strings hold.
  const starts = [...tail.matchAll(/(?<=^|[\s([{,;=])\/\*\*(?!\*)/g)];
  const start = starts.find(({ index }) => /(^|\n)[^\S\n]*$/.test(tail.slice(0, index))) ?? starts.at(-1);
  return start ? textOfComment(tail.slice(start.index + 3)) : undefined;
}

function textBefore(source: string, line: number, column: number): string {
  const lines = source.split("\n");
  return [...lines.slice(0, line - 1), (lines[line - 1] ?? "").slice(0, column - 1)].join("\n");
}

/** `// dagwright-disable-next-line …` stands between the two. */
function withoutLineComments(text: string): string {
  const shorter = text.replace(/(^|\n)[^\S\n]*\/\/[^\n]*$/, "$1").trimEnd();
  return shorter === text ? text : withoutLineComments(shorter);
}

function textOfComment(comment: string): string | undefined {
  const lines = comment.split(/\r?\n/).map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const tag = lines.findIndex((line) => /^\s*@[A-Za-z]/.test(line));
  const text = (tag === -1 ? lines : lines.slice(0, tag)).join("\n").trim();
  return text === "" ? undefined : text;
}

function firstParagraph(text: string): string {
  return oneLine(text.split(/\n\s*\n/)[0]!);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
