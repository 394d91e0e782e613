// The process that builds for the scheduler, which loads neither esbuild nor ts-morph nor a DAG file. It answers each request with one report,
// and ends with its parent, however that ends: then nobody holds the other end of its channel.

import { createRequire } from "node:module";
import type { Trouble } from "../../runtime/errors.ts";
import { findKnownError } from "../format-error.ts";
import { type BuildMemory, buildLive } from "./build-live.ts";
import type { BuildReport, BuildRequest } from "./build-report.ts";

/** What is under way is broken off, and cleans up behind it. */
const controller = new AbortController();
/** Longer than that it does not take; an evaluation that hangs is ended with this process. */
const cleanUpMs = 2_000;

const memory: BuildMemory = { config: undefined, known: undefined, build: undefined };
let building: Promise<void> = Promise.resolve();

process.on("message", (request: BuildRequest) => {
  building = build(request).then(report);
});
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"]) process.on(signal, end);
process.once("disconnect", end);

function end(): void {
  controller.abort();
  setTimeout(() => process.exit(), cleanUpMs).unref();
  void building.finally(() => process.exit());
}

async function build({ root }: BuildRequest): Promise<BuildReport> {
  try {
    return await buildLive(root, memory, controller.signal);
  } catch (error) {
    const trouble = describe(error);
    const file = /^(.+?):\d+:\d+$/.exec(trouble.where ?? "")?.[1];
    return { kind: "failed", trouble, dependsOn: file === undefined ? [] : [file] };
  }
}

function describe(error: unknown): Trouble {
  const known = findKnownError(error);
  if (known) return known.trouble;
  const { version } = createRequire(import.meta.url)("dagwright/package.json") as { version: string };
  return {
    what: `a defect in dagwright ${version}`,
    found: error instanceof Error ? (error.stack ?? error.message) : String(error),
    remedy: "Please report it with these lines",
    isRetryable: false,
  };
}

function report(message: BuildReport): void {
  if (process.connected) process.send!(message);
}
