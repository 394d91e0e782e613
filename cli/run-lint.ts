// What `lint` does: loads the project, lets the rules judge it, takes out what the baseline has, and hands the rest to the reporters.

import type { Diagnostic } from "../generator/diagnostic.ts";
import { compareWithBaseline, toBaseline } from "../generator/lint/baseline.ts";
import { lintKept } from "../generator/lint/lint-kept.ts";
import type { LintResult } from "../generator/lint/lint-request.ts";
import { summarise } from "../generator/report/reporter.ts";
import { countNoun } from "../runtime/count-noun.ts";
import { KnownError } from "../runtime/errors.ts";
import { baselineFile, readBaseline, writeBaseline } from "./baseline-file.ts";
import { changedFiles } from "./changed-files.ts";
import { chooseReporters, writeReport } from "./choose-reporters.ts";
import type { Io } from "./command.ts";
import { makeReport, ruleFacts } from "./make-report.ts";
import { selectPaths } from "./select-paths.ts";
import { lintFolder } from "./state-folder.ts";

export interface LintArgs {
  readonly paths: readonly string[];
  readonly reporter: readonly string[];
  readonly maxWarnings?: number;
  readonly changed: boolean;
  readonly updateBaseline: boolean;
  readonly fix: boolean;
  readonly cache: boolean;
}

export async function runLint(args: LintArgs, io: Io): Promise<number> {
  checkMaxWarnings(args.maxWarnings);
  const chosen = chooseReporters(args.reporter ?? [], io.environment);
  const isSelected = selectPaths(io.projectRoot, io.workingDirectory, args.paths);
  const changed = args.changed ? changedFiles(io.projectRoot) : undefined;
  const judge = () =>
    lintKept({
      root: io.projectRoot,
      folder: args.cache ? lintFolder(io.projectRoot) : undefined,
      environment: io.environment,
      version: io.version,
      signal: io.signal,
    });
  const shownOf = ({ modulesOf }: LintResult) => {
    const isChanged = (file: string) =>
      changed === undefined || [file, ...(modulesOf[file] ?? [])].some((path) => changed.has(path));
    const isWanted = (file: string) => isSelected(file) && isChanged(file);
    // A DAG's mistake may lie in a module that builds it: it is the DAG's all the same.
    return ({ file, dagFile = file }: Pick<Diagnostic, "file" | "dagFile">) => isWanted(file) || isWanted(dagFile);
  };
  const findLeft = (result: LintResult) =>
    compareWithBaseline(result.diagnostics, readBaseline(io.projectRoot)).left.filter(shownOf(result));
  const result = args.fix ? await fixAll(judge, findLeft, io) : await judge();
  const { diagnostics: found, filesOfDags, customRules } = result;
  const isShown = shownOf(result);
  // Of the whole project, whatever is shown: a baseline of a part would lose the rest.
  if (args.updateBaseline) {
    const { allRules } = await import("../generator/lint/custom-rules.ts");
    writeBaseline(io.projectRoot, toBaseline(found, allRules({ customRules })));
  }
  const { left, stale } = compareWithBaseline(found, readBaseline(io.projectRoot));

  const isForRules = chosen.some(({ reporter }) => reporter.needsRules);
  const dags = filesOfDags.filter((file) => isShown({ file }));
  const rules = isForRules && { rules: await ruleFacts(customRules) };
  const report = { ...makeReport(io, dags, left.filter(isShown)), ...rules };
  for (const reporter of chosen) writeReport(reporter, report, io);
  if (stale > 0) {
    io.stderr(`${countNoun(stale, "finding")} of ${baselineFile} no more: npx dagwright lint --update-baseline\n`);
  }
  const { errors, warnings } = summarise(report);
  return errors > 0 || warnings > (args.maxWarnings ?? Number.POSITIVE_INFINITY) ? 1 : 0;
}

/** One fix can make place for another; more rounds than these would be two that undo each other. */
const mostRounds = 10;

/** Fixes what is left and shown, and judges again, until nothing more can be fixed. */
async function fixAll(
  judge: () => Promise<LintResult>,
  findLeft: (result: LintResult) => readonly Diagnostic[],
  io: Io,
): Promise<LintResult> {
  const fixed = new Map<string, number>();
  let judged = await judge();
  for (let round = 0; round < mostRounds; round++) {
    const { fixFiles } = await import("./fix-files.ts");
    const { counts, isOutdated } = fixFiles(io.projectRoot, findLeft(judged));
    if (counts.size === 0 && !isOutdated) break;
    for (const [file, count] of counts) fixed.set(file, (fixed.get(file) ?? 0) + count);
    judged = await judge();
  }
  const sum = [...fixed.values()].reduce((total, count) => total + count, 0);
  if (sum > 0) io.stderr(`fixed ${countNoun(sum, "problem")} in ${[...fixed.keys()].sort().join(", ")}\n`);
  return judged;
}

function checkMaxWarnings(given: number | undefined): void {
  if (given === undefined || (Number.isInteger(given) && given >= 0)) return;
  throw new KnownError({
    what: "--max-warnings is not a count",
    found: String(given),
    remedy: "Write a whole number from 0 on",
    isRetryable: false,
  });
}
