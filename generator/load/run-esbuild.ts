// The one user of esbuild: what every bundle of a project is made with, and its errors as data.

import { type BuildFailure, type BuildOptions, type BuildResult, build, type Message, type Plugin } from "esbuild";
import { KnownError } from "../../runtime/errors.ts";

export type Attempt<T> =
  | { readonly ok: true; readonly result: T }
  | { readonly ok: false; readonly errors: readonly Message[] };

export type Bundled = BuildResult<{ write: false; metafile: true }>;

/**
 * CommonJS packages inside an ESM bundle call `require`, and ask for their folder: they get the bundle's. Under another name, because modules
 * may declare their own `__dirname`; esbuild renames only what nobody declares.
 */
const commonJsBanner = [
  `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`,
  `const { dirname: __bundleFolder, filename: __bundleFile } = import.meta;`,
].join(" ");

const shared = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  loader: { ".sql": "text" },
  banner: { js: commonJsBanner },
  define: { __dirname: "__bundleFolder", __filename: "__bundleFile" },
  write: false,
  metafile: true,
  sourcesContent: false,
  logLevel: "silent",
} as const satisfies BuildOptions;

/** What a driver asks for and does without, some of it native: left out of every bundle. Who else imports such a package gets it. */
const optionalParts: Plugin = {
  name: "optional-parts",
  setup({ onResolve }) {
    const ofMongo =
      "kerberos|@mongodb-js/zstd|@aws-sdk/credential-providers|gcp-metadata|snappy|socks|aws4|mongodb-client-encryption";
    onResolve({ filter: new RegExp(`^(pg-native|${ofMongo})$`) }, ({ path, importer }) =>
      /[\\/]node_modules[\\/](pg|mongodb)[\\/]/.test(importer) ? { path, external: true } : undefined,
    );
  },
};

export async function runEsbuild({ plugins = [], ...options }: BuildOptions): Promise<Attempt<Bundled>> {
  try {
    return { ok: true, result: await build({ ...options, plugins: [optionalParts, ...plugins], ...shared }) };
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (errors === undefined) throw error;
    return { ok: false, errors };
  }
}

/** What lies in no entry: the configuration, or a package.json or tsconfig.json on the way. */
export function cannotBundle(what: string, [first]: readonly Message[]): KnownError {
  const { text, location } = first!;
  return new KnownError({
    what: `${what} cannot be bundled`,
    where: location ? `${location.file}:${location.line}:${location.column + 1}` : what,
    found: text,
    remedy: `Correct ${location?.file ?? what}`,
    isRetryable: false,
  });
}
