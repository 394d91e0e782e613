// The process that builds for the scheduler, which loads neither esbuild nor ts-morph nor a DAG file. It answers each request with one report,
// and ends with its parent, however that ends: then nobody holds the other end of its channel.

import { type KnownPlace, keepKnown, readKnown } from "../../generator/load/known-on-disk.ts";
import { makerOf } from "../../generator/load/maker.ts";
import type { Trouble } from "../../runtime/errors.ts";
import { findKnownError } from "../format-error.ts";
import { knownLoadFile } from "../state-folder.ts";
import { type BuildMemory, buildLive } from "./build-live.ts";
import type { BuildReport, BuildRequest } from "./build-report.ts";

/** What is under way is broken off, and cleans up behind it. */
const controller = new AbortController();
/** Longer than that it does not take; an evaluation that hangs is ended with this process. */
const cleanUpMs = 2_000;

/** Once it is quiet: it is some megabytes. */
const keepMs = 2_000;

const memory: BuildMemory = { config: undefined, known: undefined, build: undefined };
let place: KnownPlace | undefined;
let keeping: NodeJS.Timeout | undefined;
let building: Promise<void> = Promise.resolve();

process.on("message", (request: BuildRequest) => {
  clearTimeout(keeping);
  building = build(request).then((report) => {
    if (process.connected) process.send!(report);
    keeping = setTimeout(keep, keepMs);
  });
});
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"]) process.on(signal, end);
process.once("disconnect", end);

function end(): void {
  controller.abort();
  setTimeout(() => process.exit(), cleanUpMs).unref();
  void building.finally(() => {
    if (keeping) keep();
    process.exit();
  });
}

function keep(): void {
  clearTimeout(keeping);
  keeping = undefined;
  if (place) keepKnown(place, memory.known);
}

async function build({ root, version }: BuildRequest): Promise<BuildReport> {
  try {
    if (place === undefined) {
      place = { path: knownLoadFile(root), maker: `${root} ${makerOf(version)}` };
      memory.known = readKnown(place);
    }
    return await buildLive(root, memory, controller.signal);
  } catch (error) {
    const trouble = describe(error, version);
    const file = /^(.+?):\d+:\d+$/.exec(trouble.where ?? "")?.[1];
    return { kind: "failed", trouble, dependsOn: file === undefined ? [] : [file] };
  }
}

function describe(error: unknown, version: string): Trouble {
  const known = findKnownError(error);
  if (known) return known.trouble;
  return {
    what: `a defect in dagwright ${version}`,
    found: error instanceof Error ? (error.stack ?? error.message) : String(error),
    remedy: "Please report it with these lines",
    isRetryable: false,
  };
}
