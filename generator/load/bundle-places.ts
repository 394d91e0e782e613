// Places in a bundle, in words of the sources. Node can do that by itself, but reads one map for each bundle and maps every frame of
// every call site; here it is one map, and one lookup for each place that is asked for.

import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CallSite } from "../../runtime/dag/definition.ts";
import { withProjectPaths } from "../../runtime/source-paths.ts";

export interface Places {
  site(site: CallSite | null): CallSite | null;
  stack(stack: string): string;
}

/** Node has mapped them: only the folder is to be taken off. */
export function placesMappedByNode(folder: string): Places {
  return {
    site: (site) => site && { ...site, file: withProjectPaths(site.file, folder) },
    stack: (stack) => withProjectPaths(stack, folder),
  };
}

/** @param bundle its path in the folder; its map lies beside it. */
export function placesIn(folder: string, bundle: string): Places {
  const path = join(folder, bundle);
  let map: SourceMap | undefined;
  const find = (line: number, column: number): CallSite | undefined => {
    map ??= new SourceMap(JSON.parse(readFileSync(`${path}.map`, "utf8")) as SourceMapPayload);
    const entry = map.findEntry(line - 1, column - 1);
    if (!("originalSource" in entry)) return undefined;
    // A map's sources are addresses: esbuild writes %23 for a # in a folder's name.
    const file = decodeURIComponent(entry.originalSource);
    return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  };
  return {
    site: (site) => (site?.file === path ? (find(site.line, site.column) ?? null) : site),
    stack: (stack) =>
      stack
        .replaceAll(pathToFileURL(path).href, path)
        .split(path)
        .map((part, index) =>
          index === 0
            ? part
            : part.replace(/^:(\d+):(\d+)/, (all, line, column) => {
                const found = find(Number(line), Number(column));
                return found ? `${found.file}:${found.line}:${found.column}` : `${path}${all}`;
              }),
        )
        .join(""),
  };
}
