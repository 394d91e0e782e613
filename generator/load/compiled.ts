// Where this package's compiled modules lie. Under vitest this one is source, which Node cannot run: the compiled ones serve there too.

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const packageFolder = new URL(import.meta.url.endsWith(".ts") ? "../../dist/" : "../../", import.meta.url);

/** The runtime's addresses, by the names that authors import. */
export const runtimeModules = {
  dagwright: pathToFileURL(compiledModule("runtime/index.js")).href,
  "dagwright/operators": pathToFileURL(compiledModule("runtime/operators/index.js")).href,
};

/** @param path from the package's folder, e.g. `runtime/index.js`. */
export function compiledModule(path: string): string {
  return join(fileURLToPath(packageFolder), path);
}
