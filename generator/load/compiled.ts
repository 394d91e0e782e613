// Where this package's compiled modules lie. Under vitest this one is source, which Node cannot run: the compiled ones serve there too.

import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packageFolder = new URL(import.meta.url.endsWith(".ts") ? "../../dist/" : "../../", import.meta.url);

/** @param path from the package's folder, e.g. `runtime/index.js`. */
export function compiledModule(path: string): string {
  return join(fileURLToPath(packageFolder), path);
}
