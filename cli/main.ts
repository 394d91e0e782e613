#!/usr/bin/env node
// The command line's process: builds the world for a command, runs it, and turns whatever it throws into text and an exit code.
// The one catcher of errors: 2 for a known one, 3 for a defect, 130 after Ctrl-C (143 after SIGTERM); else what the command returned.

import { createRequire } from "node:module";
import type { Io } from "./command.ts";
import { commands, groups } from "./commands/index.ts";
import { findProjectRoot } from "./find-project-root.ts";
import { findKnownError, formatKnownError } from "./format-error.ts";
import { parseCommandLine } from "./parse-command-line.ts";

const controller = new AbortController();
const killController = new AbortController();
/** As a shell counts signals: 128 + N. */
const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
let interruptedWith: number | undefined;
let heedsKill = false;
/** 128 + SIGPIPE: what a shell sees of a program whose reader went away in the middle of its work. */
const brokenPipe = 141;
let isPipeBroken = false;
let finishedWith: number | undefined;
listen();
finishedWith = await main(process.argv.slice(2)).catch(explain);
const exitCode = isPipeBroken ? brokenPipe : (interruptedWith ?? finishedWith);
// Whatever is still open (a pool, a timer) must not keep a finished command alive; what was written must arrive.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));

async function main(typed: readonly string[]): Promise<number> {
  // Some pseudo-terminals say 0.
  const columns = process.stdout.columns || 80;
  const line = await parseCommandLine(typed, { commands, groups, version: readVersion(), columns });
  if (line.kind === "print") {
    process.stdout.write(line.text);
    return 0;
  }
  const io: Io = {
    version: readVersion(),
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    environment: process.env,
    workingDirectory: process.cwd(),
    projectRoot: findProjectRoot(process.cwd(), line.project),
    isTty: process.stdout.isTTY === true,
    hasColors: hasColors(),
    columns,
    signal: controller.signal,
    killSignal: killController.signal,
  };
  heedsKill = line.command.heedsKill ?? false;
  return line.command.run(line.args as never, io);
}

/** https://no-color.org and https://force-color.org; NO_COLOR wins. */
function hasColors(): boolean {
  const { NO_COLOR = "", FORCE_COLOR } = process.env;
  if (NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0";
  return process.stdout.isTTY === true;
}

function readVersion(): string {
  const load = createRequire(import.meta.url);
  return (load("dagwright/package.json") as { version: string }).version;
}

function listen(): void {
  for (const signal of Object.keys(signalCodes) as (keyof typeof signalCodes)[]) process.on(signal, interrupt);
  // The reader is gone (`| head`, a closed terminal): nobody is left to tell. What still runs is ended as by Ctrl-C.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
      if (finishedWith !== undefined) process.exit(finishedWith);
      isPipeBroken = true;
      controller.abort();
    });
  }
}

function interrupt(signal: keyof typeof signalCodes): void {
  const code = signalCodes[signal];
  // A terminal that is closed sends SIGHUP itself and through its shell: that is nobody's impatience.
  const isAgain = interruptedWith !== undefined && signal !== "SIGHUP";
  if (isAgain && (killController.signal.aborted || !heedsKill)) process.exit(code);
  if (isAgain) killController.abort();
  interruptedWith ??= code;
  controller.abort();
}

function explain(error: unknown): number {
  const known = findKnownError(error);
  if (known) {
    process.stderr.write(formatKnownError(known));
    return 2;
  }
  // What it was doing was broken off, and that is what it says. What else goes wrong then is a defect like any other.
  const isAbort = error === controller.signal.reason || (error instanceof Error && error.name === "AbortError");
  if (controller.signal.aborted && isAbort) return signalCodes.SIGINT;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `error: a defect in dagwright ${readVersion()} (Node ${process.version}, ${process.platform})\n${text}\n  fix: please report it with the lines above and the command that you typed\n`,
  );
  return 3;
}
