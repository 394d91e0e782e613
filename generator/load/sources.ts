// The text of the project's files, for rules and reporters, and the door to the static view: ts-morph costs a good part of a
// second to load, so it is loaded when the first rule has something to ask.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StaticView } from "./static-view.ts";

export interface Sources {
  /** Without a byte order mark, which no place counts. Undefined when the file cannot be read. */
  textOf(file: string): string | undefined;
  staticView(): Promise<StaticView>;
}

export function openSources(root: string): Sources {
  const texts = new Map<string, string | undefined>();
  const textOf = (file: string) => {
    if (!texts.has(file)) texts.set(file, readText(join(root, file)));
    return texts.get(file);
  };
  let view: Promise<StaticView> | undefined;
  return {
    textOf,
    staticView: () => {
      view ??= import("./static-view.ts").then(({ openStaticView }) => openStaticView(textOf));
      return view;
    },
  };
}

/** At the beginning of a file, from some editors of Windows. */
export const byteOrderMark = /^\uFEFF/;

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(byteOrderMark, "");
  } catch {
    return undefined;
  }
}
