// Patterns of names, as shells write them: the only importer of the library that reads them.

import picomatch from "picomatch";

/** Whether a name fits one of the patterns. `*` stops at a `/`, `**` does not. Names that begin with a dot are met only by patterns that do. */
export function createMatcher(patterns: readonly string[]): (name: string) => boolean {
  return picomatch([...patterns]);
}

/** The same for keys of objects: there a dot at the beginning hides nothing, and `[!a]` is as in shells what is not `a`. */
export function createKeyMatcher(pattern: string): (key: string) => boolean {
  return picomatch(pattern, { dot: true, posix: true });
}
