// This package's own modules inside a project's bundle, and what they import. They get paths that are the same wherever the package
// lies (`dagwright:dag/dag.js`, `dagwright:node_modules/pg/lib/index.js`): esbuild writes paths into comments, keys and hashes, and a
// build must not tell the machine that made it, nor differ between two.

import { readFile } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import { dirname, extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Loader, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";

/** Compiled or source, whichever is running: the bundle never holds another version of the runtime. */
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const runtime = fileURLToPath(new URL("../../runtime/", import.meta.url));

/** What can be imported from it, by the name in the import. */
const entries: Readonly<Record<string, string>> = {
  dagwright: join(runtime, `index.${extension}`),
  "dagwright/operators": join(runtime, "operators", `index.${extension}`),
  "dagwright/task-main": join(runtime, "task", `main.${extension}`),
};
export const ownNamespace = "dagwright";
export const taskMainImport = "dagwright/task-main";
/** As esbuild names that entry in its metafile. */
export const taskMainEntry = `${ownNamespace}:task/main.${extension}`;

const loaders: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".json": "json",
};

/** Drivers of so many files that a project without them should not wait for them. */
export const largeDrivers: readonly string[] = ["@aws-sdk/client-s3", "mongodb"];

/** @param leftOut drivers that are not looked into: they stay imports. */
export const ownRuntime = (leftOut: readonly string[]): Plugin => ({
  name: "dagwright",
  setup(build) {
    build.onResolve({ filter: /^dagwright(\/|$)/ }, ({ path }) => (entries[path] ? own(entries[path]) : undefined));
    build.onResolve({ filter: /.*/, namespace: ownNamespace }, (args) =>
      leftOut.includes(args.path) ? { path: args.path, external: true } : resolveOwn(build, args),
    );
    build.onLoad({ filter: /.*/, namespace: ownNamespace }, async ({ pluginData }) => {
      const path = pluginData as string;
      return {
        contents: await readModule(path),
        loader: loaders[extname(path)] ?? "default",
        resolveDir: dirname(path),
        pluginData: path,
      };
    });
  },
});

/**
 * The SDK of AWS has every module twice: bundlers are led to the one in 570 files, Node to the one in 44. Asked for as Node asks, a build takes
 * a second less, and holds what the tests run.
 */
const resolvedByNode = /[\\/]node_modules[\\/]@(aws-sdk|aws|smithy)[\\/]/;

async function resolveOwn(build: PluginBuild, args: OnResolveArgs): Promise<OnResolveResult> {
  const { kind, resolveDir } = args;
  const importer = args.pluginData as string;
  if (resolvedByNode.test(importer) && !isBuiltin(args.path)) return own(createRequire(importer).resolve(args.path));
  const found = await build.resolve(args.path, {
    kind,
    resolveDir,
    importer,
    namespace: "file",
  });
  return found.external || found.namespace !== "file" || found.errors.length > 0
    ? found
    : { ...own(found.path), sideEffects: found.sideEffects };
}

function own(path: string): OnResolveResult {
  return { namespace: ownNamespace, path: portablePath(path), pluginData: path };
}

/** Relative to the runtime; a dependency from its last `node_modules` on. */
function portablePath(path: string): string {
  const parts = (path.startsWith(runtime) ? relative(runtime, path) : path).split(sep);
  return parts.slice(Math.max(parts.lastIndexOf("node_modules"), 0)).join("/");
}

const mapComment = /\n\/\/# sourceMappingURL=.*\s*$/;

/** The compiled module's source map goes into it, with the portable path of its source. */
async function readModule(path: string): Promise<string> {
  const text = await readFile(path, "utf8");
  if (!path.startsWith(runtime) || !mapComment.test(text)) return text.replace(mapComment, "\n");
  const map = JSON.parse(await readFile(`${path}.map`, "utf8")) as object;
  const portable = JSON.stringify({
    ...map,
    sources: [`${ownNamespace}:${portablePath(path).replace(/\.js$/, ".ts")}`],
    sourcesContent: undefined,
  });
  return text.replace(
    mapComment,
    `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(portable).toString("base64")}\n`,
  );
}
