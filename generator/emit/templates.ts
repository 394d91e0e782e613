// Where the package's templates lie: two levels up from the source, three from the compiled module.

import { existsSync } from "node:fs";

export function findTemplate(name: string): URL {
  const compiled = new URL(`../../../templates/${name}`, import.meta.url);
  return existsSync(compiled) ? compiled : new URL(`../../templates/${name}`, import.meta.url);
}
