// The folder of this project, from the source and from the compiled module alike.

import { createRequire } from "node:module";
import { dirname } from "node:path";

export const projectRoot = dirname(createRequire(import.meta.url).resolve("dagwright/package.json"));
