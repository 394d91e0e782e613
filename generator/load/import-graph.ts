// Which module imports which, as esbuild found it, and what follows for a file's models. A module is evaluated once, for the first file that
// reaches it: what it defines is that file's, so a file's models depend on which of its modules earlier files have reached.

export interface ImportGraph {
  readonly [path: string]: GraphModule;
}

export interface GraphModule {
  readonly imports: readonly string[];
  /** It imports this package's runtime, so it could define a DAG. */
  readonly isAuthor: boolean;
  /** Where a new file would be taken instead of what is imported now. */
  readonly absent: readonly string[];
  /** It cannot be told what would be taken instead. */
  readonly isUnsure: boolean;
}

/** The modules themselves, and everything that they import. */
export function closureOf(graph: ImportGraph, modules: readonly string[]): Set<string> {
  const closure = new Set(modules);
  for (const path of closure) for (const imported of graph[path]?.imports ?? []) closure.add(imported);
  return closure;
}

export interface Reached {
  /** Module that could define a DAG → the file that it is evaluated for: the first one that reaches it. */
  readonly firstOf: ReadonlyMap<string, string>;
  /** File → such modules of it that were evaluated for an earlier one, sorted. */
  readonly before: ReadonlyMap<string, readonly string[]>;
}

/** @param files in the order of their evaluation. */
export function findReached(graph: ImportGraph, files: readonly string[]): Reached {
  const authors = findAuthors(graph);
  const firstOf = new Map<string, string>();
  const before = new Map<string, readonly string[]>();
  for (const file of files) {
    const own = [...closureOf(graph, [file])].filter((module) => authors.has(module));
    before.set(file, own.filter((module) => firstOf.has(module)).sort());
    for (const module of own) if (!firstOf.has(module)) firstOf.set(module, file);
  }
  return { firstOf, before };
}

/** Modules that import the runtime, directly or through others. */
function findAuthors(graph: ImportGraph): Set<string> {
  const importers = new Map<string, string[]>();
  for (const [path, { imports }] of Object.entries(graph)) {
    for (const imported of imports) {
      const known = importers.get(imported);
      if (known) known.push(path);
      else importers.set(imported, [path]);
    }
  }
  const authors = new Set(Object.keys(graph).filter((path) => graph[path]!.isAuthor));
  for (const path of authors) for (const importer of importers.get(path) ?? []) authors.add(importer);
  return authors;
}
