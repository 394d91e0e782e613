// A rule's page, docs/rules/CODE.md, which is part of the package: two levels up from the source, three from the compiled module.

import { existsSync, readFileSync } from "node:fs";

export function readRulePage(code: string): string {
  const compiled = new URL(`../../../docs/rules/${code}.md`, import.meta.url);
  return readFileSync(
    existsSync(compiled) ? compiled : new URL(`../../docs/rules/${code}.md`, import.meta.url),
    "utf8",
  );
}
