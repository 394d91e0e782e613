// The one importer of the YAML package, loaded where somebody asks for it: most commands and every task come and go without any YAML.

import { createRequire } from "node:module";

export function loadYaml(): typeof import("yaml") {
  return createRequire(import.meta.url)("yaml") as typeof import("yaml");
}
