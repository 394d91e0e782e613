// Which reporters `--reporter` asks for, and where each writes: `text`, `sarif:out.sarif`.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { reporters } from "../generator/report/index.ts";
import type { Report, Reporter } from "../generator/report/reporter.ts";
import { suggest } from "../runtime/did-you-mean.ts";
import { KnownError } from "../runtime/errors.ts";
import { explainFileErrors } from "../runtime/file-errors.ts";
import type { Io } from "./command.ts";

export interface ChosenReporter {
  readonly reporter: Reporter;
  /** As it was typed; undefined: to stdout. */
  readonly file: string | undefined;
}

/** @throws KnownError for a reporter that does not exist, and where two would mix on stdout. */
export function chooseReporters(typed: readonly string[], environment: Io["environment"]): ChosenReporter[] {
  const chosen = (typed.length > 0 ? typed : defaultReporters(environment)).map(parse);
  refuseSameFile(chosen.flatMap(({ file }) => (file === undefined ? [] : [file])));
  const printed = chosen.filter(({ file }) => file === undefined);
  const mixed = printed.filter(({ reporter }) => !reporter.isForLogs);
  if (mixed.length === 0 || printed.length < 2) return chosen;
  const { name } = mixed[0]!.reporter;
  throw new KnownError({
    what: "two reporters cannot share stdout",
    found: printed.map(({ reporter }) => `--reporter ${reporter.name}`).join(" "),
    remedy: `Give one of them a file: --reporter ${name}:lint.${name}`,
    isRetryable: false,
  });
}

export function writeReport({ reporter, file }: ChosenReporter, report: Report, io: Io): void {
  // Colours are for a terminal.
  const text = reporter.render(file === undefined ? report : { ...report, hasColors: false });
  if (file === undefined) {
    io.stdout(text);
    return;
  }
  const path = resolve(io.workingDirectory, file);
  refuseSource(path, file);
  explainFileErrors("the report cannot be written", file, () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  });
  io.stderr(`${file} written\n`);
}

/** GitHub finds its lines anywhere in a job's log, so the text for people may stand beside them. */
function defaultReporters(environment: Io["environment"]): string[] {
  return environment["GITHUB_ACTIONS"] === "true" ? ["text", "github"] : ["text"];
}

/** A slip of the hand must not cost a source: what stands there and looks like one stays. */
function refuseSource(path: string, file: string): void {
  const isSource =
    /\.([cm]?[jt]sx?|py|sql|md)$|(^|[\\/])(package(-lock)?|tsconfig[^\\/]*|dagwright-baseline)\.json$|\.env$/.test(
      path,
    );
  if (!isSource || !existsSync(path)) return;
  throw new KnownError({
    what: "the report would overwrite a source",
    found: file,
    remedy: "Give it a name that is free, such as lint.sarif",
    isRetryable: false,
  });
}

function refuseSameFile(files: readonly string[]): void {
  const found = files.find((file, index) => files.indexOf(file) !== index);
  if (found === undefined) return;
  const remedy = "Give each a file of its own";
  throw new KnownError({ what: "two reporters write to one file", found, remedy, isRetryable: false });
}

function parse(typed: string): ChosenReporter {
  const colon = typed.indexOf(":");
  const name = colon === -1 ? typed : typed.slice(0, colon);
  const reporter = reporters.find((candidate) => candidate.name === name);
  if (!reporter) {
    const remedy = suggest(
      name,
      reporters.map((known) => known.name),
    );
    throw new KnownError({ what: "unknown reporter", found: JSON.stringify(name), remedy, isRetryable: false });
  }
  const file = colon === -1 ? undefined : typed.slice(colon + 1);
  if (file === "") {
    const remedy = `Write --reporter ${name}:FILE, or --reporter ${name}`;
    throw new KnownError({
      what: "the reporter's file has no name",
      found: JSON.stringify(typed),
      remedy,
      isRetryable: false,
    });
  }
  return { reporter, file };
}
