// What decides where an import leads, beside the file that it leads to: files that would be taken first if they existed, settings of
// TypeScript and of packages, and what is installed.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix, resolve } from "node:path";
import type { Inputs } from "./bundle-lazily.ts";
import { runtimeModules } from "./compiled.ts";
import type { GraphModule, ImportGraph } from "./import-graph.ts";

export interface Surroundings {
  /** Relative to the root, or absolute; most of them do not exist. */
  readonly files: readonly string[];
  /** TypeScript's own way from a name to a file, on which other files may lie. */
  readonly hasAliases: boolean;
}

const settings = ["tsconfig.json", "jsconfig.json", "package.json"];
const installed = [
  ...["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", ".pnp.cjs"],
  ...["node_modules/.package-lock.json", "node_modules/.yarn-state.yml", "node_modules/.modules.yaml"],
];

/** Undefined: it cannot be told. */
export function findSurroundings(root: string, paths: readonly string[]): Surroundings | undefined {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = dirname(resolve(root, path)); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  }
  const files = [...folders].flatMap((folder) => [...settings, ...installed].map((name) => join(folder, name)));
  const configs = files.filter((file) => /[jt]sconfig\.json$/.test(file) && existsSync(file));
  let hasAliases = false;
  // Each names the one that it extends, which is one more.
  for (const config of configs) {
    const text = readFileSync(config, "utf8");
    hasAliases ||= /"(paths|baseUrl)"/.test(text);
    const bases = basesOf(config, text);
    if (bases === undefined) return undefined;
    for (const base of bases) if (!configs.includes(base)) configs.push(base);
  }
  return { files: [...new Set([...files, ...configs])], hasAliases };
}

function basesOf(config: string, text: string): string[] | undefined {
  if (!text.includes('"extends"')) return [];
  const written = /"extends"\s*:\s*(?:"(?<one>[^"\\]+)"|\[(?<many>[^\]]*)\])/.exec(text)?.groups;
  const names = written?.["one"]
    ? [written["one"]]
    : [...(written?.["many"] ?? "").matchAll(/"([^"\\]+)"/g)].map(([, name]) => name!);
  const bases = names.map((name) => findBase(config, name));
  return names.length === 0 || bases.includes(undefined) ? undefined : (bases as string[]);
}

function findBase(config: string, name: string): string | undefined {
  const ways = [name, `${name}.json`, `${name}/tsconfig.json`];
  if (/^(\.|\/)/.test(name)) {
    return ways.map((way) => resolve(dirname(config), way)).find((path) => path.endsWith(".json") && existsSync(path));
  }
  for (const way of ways) {
    try {
      return createRequire(config).resolve(way);
    } catch {
      // The next way, or none.
    }
  }
  return undefined;
}

const own = Object.values(runtimeModules) as string[];

export function toGraph(root: string, inputs: Inputs, hasAliases: boolean): ImportGraph {
  const known = new Map<string, boolean>();
  const exists = (path: string) => {
    if (!known.has(path)) known.set(path, existsSync(resolve(root, path)));
    return known.get(path)!;
  };
  return Object.fromEntries(
    Object.entries(inputs).map(([path, { imports }]): [string, GraphModule] => {
      const inner = imports.filter(({ path: to, external }) => !external && inputs[to] !== undefined);
      const earlier = inner.map(({ path: to, original }) => candidatesBefore(path, original, { to, hasAliases }));
      return [
        path,
        {
          imports: [...new Set(inner.map(({ path: to }) => to))],
          isAuthor: imports.some(({ path: to, external }) => external && own.includes(to)),
          absent: [...new Set(earlier.flatMap((paths) => paths ?? []))].filter((candidate) => !exists(candidate)),
          isUnsure: earlier.includes(undefined),
        },
      ];
    }),
  );
}

/** As esbuild tries them. Source: https://esbuild.github.io/api/#resolve-extensions */
const extensions = [".tsx", ".ts", ".jsx", ".js", ".css", ".json"];

interface Led {
  readonly to: string;
  readonly hasAliases: boolean;
}

/** What may be taken instead of where the import led; undefined: it cannot be told. */
function candidatesBefore(
  importer: string,
  original: string | undefined,
  { to, hasAliases }: Led,
): string[] | undefined {
  // The lock tells what is installed.
  if (/(^|\/)node_modules\//.test(importer) || original === undefined) return [];
  if (/^\.{1,2}(\/|$)/.test(original)) {
    const base = posix.join(posix.dirname(importer), original);
    if (base === to) return [];
    const candidates = candidatesFor(base);
    // By a link, which may lead elsewhere next time.
    return candidates.includes(to) ? candidates : undefined;
  }
  const above = /^(.*?)node_modules\//.exec(to)?.[1];
  const name = /^(@[^/]+\/)?[^/]+/.exec(original)?.[0];
  if (above === undefined || name === undefined || hasAliases) return undefined;
  const nearer: string[] = [];
  for (let folder = posix.dirname(importer); `${folder}/` !== above && folder !== "."; folder = posix.dirname(folder)) {
    if (folder === ".." || folder.endsWith("/..") || folder === "/") break;
    nearer.push(`${folder}/node_modules/${name}`);
  }
  // Above the project: the importer's own folders are all that can be nearer by name, and the project's.
  if (above !== "") nearer.push(`node_modules/${name}`);
  return nearer;
}

/** Where an import of a path may lead. */
export function candidatesFor(base: string): string[] {
  const renamed = /^(.*)\.[cm]?jsx?$/.exec(base)?.[1];
  return [
    base,
    ...extensions.map((extension) => base + extension),
    ...(renamed ? [".ts", ".tsx", ".mts", ".cts"].map((extension) => renamed + extension) : []),
    ...["package.json", ...extensions.map((extension) => `index${extension}`)].map((name) => `${base}/${name}`),
  ];
}
