// Stack traces in the project's own paths. A bundle's source map names `dags/hello.ts`; Node resolves that against the folder of the
// bundles, which says nothing to the reader.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** @param buildFolder holds `chunks`. */
export function withProjectPaths(stack: string, buildFolder: string): string {
  const folders = [join(buildFolder, "chunks", "/"), join(buildFolder, "/")];
  return folders.reduce(
    (text, folder) => text.replaceAll(pathToFileURL(folder).href, "").replaceAll(folder, ""),
    stack,
  );
}
