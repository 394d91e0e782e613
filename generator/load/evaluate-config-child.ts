// The isolated process that runs the bundled configuration, checks it and reports it, or what was wrong with it. Whatever the file
// does (throws, exits, never ends) happens here and not in the generator.

import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { isKnownError, type Trouble } from "../../runtime/errors.ts";
import { withProjectPaths } from "../../runtime/source-paths.ts";
import { checkConfig, type LoadedConfig } from "./check-config.ts";
import { compiledModule } from "./compiled.ts";
import { type Observed, observeSurroundings } from "./observe-surroundings.ts";

export type ConfigReport =
  | { readonly kind: "checked"; readonly config: LoadedConfig; readonly observed: Observed }
  | { readonly kind: "refused"; readonly trouble: Trouble }
  | { readonly kind: "failed"; readonly message: string; readonly stack: string };

const stray: unknown[] = [];
process.setSourceMapsEnabled(true);
process.on("unhandledRejection", (reason) => stray.push(reason));
process.once("message", (file: string) => {
  process.once("uncaughtException", (error) => report(describeFailure(error, file)));
  // Nothing is left to do and no report was sent: an await that nothing will ever resolve. Node's own code for it.
  process.once("beforeExit", () => process.exit(13));
  void evaluate(file).then(report);
});

function report(message: ConfigReport): void {
  process.send!(message);
}

async function evaluate(file: string): Promise<ConfigReport> {
  const observed = observeSurroundings([dirname(file), compiledModule("")]);
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    // A rejection that nobody awaits is the file's mistake, too: it shows one turn of the event loop later.
    await new Promise((resolve) => setImmediate(resolve));
    if (stray.length > 0) throw stray[0];
    return { kind: "checked", config: checkConfig(module.default), observed: observed() };
  } catch (error) {
    if (isKnownError(error)) return { kind: "refused", trouble: error.trouble };
    return describeFailure(error, file);
  }
}

function describeFailure(error: unknown, file: string): ConfigReport {
  const { message = String(error), stack = "" } = error instanceof Error ? error : {};
  return { kind: "failed", message, stack: withProjectPaths(stack, dirname(file)) };
}
