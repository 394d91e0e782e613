// Runs the rules over a loaded project and turns their findings into diagnostics with exact places.

import type { Diagnostic, FileEdit, Place, Severity } from "../diagnostic.ts";
import { sortDiagnostics } from "../diagnostic.ts";
import { defaultConfig, type LoadedConfig } from "../load/check-config.ts";
import type { EvaluationLimits } from "../load/evaluate.ts";
import { hashText } from "../load/fingerprint.ts";
import { joinFiles, type LoadedFile, type LoadedProject, type Mistake, type Spot } from "../load/loaded.ts";
import { openSources, type Sources } from "../load/sources.ts";
import { brokenCustomRule } from "../rules/broken-custom-rule.ts";
import { disableComment } from "../rules/disable-comment.ts";
import { rules } from "../rules/index.ts";
import type { Finding, Fix, ProjectFacts, Rule } from "../rules/rule.ts";
import { allRules, judgeByCustomRules } from "./custom-rules.ts";
import { applyDisableComments, type CommentProblem, mayHaveComments } from "./disable-comments.ts";
import { type RuleSetting, ruleSettings, type SettingOf } from "./rule-settings.ts";
import { type FoundDiagnostic, withSafeFixes } from "./safe-fixes.ts";

/** What every rule finds as the configuration sets it, sorted by place. @throws KnownError when it sets what does not exist. */
export async function lintProject(
  project: LoadedProject,
  config: LoadedConfig,
  limits: EvaluationLimits = {},
): Promise<Diagnostic[]> {
  const { judge, conclude } = openLint(project.root, config, limits);
  const byFile = new Map<string, FileFindings>();
  for (const loaded of project.byFile) byFile.set(loaded.file, await judge(loaded));
  return conclude(project, byFile);
}

/** What was found in one file by the rules that need no other, before comments take something out. */
export interface FileFindings {
  readonly found: readonly FoundDiagnostic[];
  readonly mayHaveComments: boolean;
}

export interface Lint {
  judge(loaded: LoadedFile): Promise<FileFindings>;
  /** With the rules that look at all files, those of the project's own, and the comments; sorted by place. @param byFile of every file. */
  conclude(project: LoadedProject, byFile: ReadonlyMap<string, FileFindings>): Promise<Diagnostic[]>;
}

/** @throws KnownError when the configuration sets what does not exist. */
export function openLint(root: string, config: LoadedConfig, limits: EvaluationLimits): Lint {
  const sources = openSources(root);
  const known = allRules(config.lint);
  const settingOf = ruleSettings(config.lint, known);
  const facts = factsOf(config);
  const ofFiles = { selected: rules.filter(isByFile), settingOf, facts };
  const asFound = (rule: Rule, told: readonly CommentProblem[]) =>
    told.flatMap((problem) => {
      const { severity } = settingOf(rule, problem);
      return severity === "off" ? [] : [{ ...problem, code: rule.code, severity }];
    });
  return {
    judge: async (loaded) => ({
      found: await runRules(joinFiles(root, [loaded]), sources, ofFiles),
      mayHaveComments: mayHaveComments(sources.textOf(loaded.file) ?? ""),
    }),
    conclude: async (project, byFile) => {
      const custom = await judgeByCustomRules(project, config.lint, { settingOf, limits });
      const selected = [...rules.filter((rule) => !isByFile(rule)), ...custom.rules];
      const across = await runRules(project, sources, { selected, settingOf, facts });
      const found = withSafeFixes([...project.files.flatMap((file) => byFile.get(file)!.found), ...across], project);
      const commented = project.files.filter((file) => byFile.get(file)!.mayHaveComments);
      const files = [...new Set([...commented, ...found.map(({ file }) => file)])];
      const isSound = findSoundness(project);
      const isJudged = (file: string, code: string) => isSound(file) && !custom.broken.includes(code);
      const { left, problems } = applyDisableComments(found, { files, sources, rules: known, isJudged });
      return sortDiagnostics([
        ...left,
        ...asFound(disableComment, await withoutTexts(problems, sources)),
        ...asFound(brokenCustomRule, custom.problems),
      ]);
    },
  };
}

/** What only looks like a comment, in a script for bash, is none. A parser tells, and is loaded where there is something to tell of. */
async function withoutTexts(problems: readonly CommentProblem[], sources: Sources): Promise<CommentProblem[]> {
  if (problems.length === 0) return [];
  const { isInText } = await sources.staticView();
  return problems.filter((problem) => !isInText(problem));
}

/** Of a file: whether the rules saw all that it makes, as it is meant. Of a module nobody knows here which files use it. */
function findSoundness({ files, diagnostics, mistakes }: LoadedProject): (file: string) => boolean {
  const mistaken = new Set(mistakes.flatMap(({ at, dagFile }) => [at.call.file, dagFile]));
  const dagFiles = new Set(files);
  return (file) => diagnostics.length === 0 && !mistaken.has(file) && (mistaken.size === 0 || dagFiles.has(file));
}

function isByFile(rule: Rule): boolean {
  return rule.view !== "project" || rule.isByFile === true;
}

/** What makes a DAG impossible to build; empty: the project can be built. */
export async function findValidityErrors(project: LoadedProject, config: LoadedConfig): Promise<Diagnostic[]> {
  const selected = rules.filter(({ group }) => group === "validity");
  const settingOf = ruleSettings(defaultConfig.lint, rules);
  const selection = { selected, settingOf, facts: factsOf(config) };
  return sortDiagnostics(await runRules(project, openSources(project.root), selection));
}

const dayMs = 86_400_000;

function factsOf({ airflow, pools }: LoadedConfig): ProjectFacts {
  // A result that was kept is the same for all day.
  const now = Date.now();
  return { now: now - (now % dayMs), airflow, pools };
}

interface Selection {
  readonly selected: readonly Rule[];
  readonly settingOf: SettingOf;
  readonly facts: ProjectFacts;
}

async function runRules(project: LoadedProject, sources: Sources, selection: Selection): Promise<FoundDiagnostic[]> {
  const diagnostics: FoundDiagnostic[] = [];
  for (const rule of selection.selected) {
    const found = await check(rule, { project, sources }, selection);
    for (const { severity, at, dag, dagFile = dag?.file, text, remedy, fix } of found) {
      const place = await findPlace(at, sources);
      const elsewhere = dagFile === undefined || dagFile === place.file ? {} : { dagFile };
      const edit = fix && (await findEdit(fix, place, sources));
      // A name is as wrong for everything that the call makes.
      const fixed = edit && { fix: edit, ...("set" in fix!.change && { fixedCall: fix!.at.call }) };
      diagnostics.push({ code: rule.code, severity, ...place, ...elsewhere, text, remedy, ...fixed });
    }
  }
  return diagnostics;
}

interface Checked {
  readonly project: LoadedProject;
  readonly sources: Sources;
}

type Judged = Finding & { readonly severity: Severity };

async function check(rule: Rule, checked: Checked, { settingOf, facts }: Selection): Promise<Judged[]> {
  const { project, sources } = checked;
  const { mistakes } = project;
  const judgeAll = (findings: readonly Finding[], settingAt: (finding: Finding) => RuleSetting) =>
    findings
      .filter((finding) => !isSaidAlready(finding, mistakes))
      .flatMap((finding) => judge(finding, settingAt(finding)));
  switch (rule.view) {
    case "project": {
      const { options } = settingOf(rule, { file: "" });
      return judgeAll(rule.check(project, options), ({ at, dag }) =>
        settingOf(rule, dag ? { dag: dag.model.id, file: dag.file } : { file: at.call.file }),
      );
    }
    case "file":
      return flatten(project.files, async (file) => {
        const setting = settingOf(rule, { file });
        return setting.severity === "off"
          ? []
          : judgeAll(await rule.check(file, sources, setting.options), () => setting);
      });
    case "dag":
    case "source":
      return flatten(project.dags, async (dag) => {
        const setting = settingOf(rule, { dag: dag.model.id, file: dag.file });
        if (setting.severity === "off") return [];
        const { options } = setting;
        const findings =
          rule.view === "dag" ? rule.check(dag, options, facts) : await rule.check(dag, sources, options);
        return judgeAll(findings, () => setting).map((judged) => ({ ...judged, dag }));
      });
    default:
      return rule satisfies never;
  }
}

async function flatten<T>(all: readonly T[], check: (one: T) => Promise<Judged[]>): Promise<Judged[]> {
  return (await Promise.all(all.map(check))).flat();
}

function judge(finding: Finding, { severity }: RuleSetting): Judged[] {
  return severity === "off" ? [] : [{ ...finding, severity }];
}

/** What rests on a value that the model had to do without, or on one of its parts, is not judged: the mistake says it all. */
function isSaidAlready(finding: Finding, mistakes: readonly Mistake[]): boolean {
  const { call, path = [] } = finding.at;
  if (path.length === 0 || mistakes.some((mistake) => mistake === finding)) return false;
  return mistakes.some(({ at }) => {
    const isSameCall = at.call.file === call.file && at.call.line === call.line && at.call.column === call.column;
    const isAbove = (at.path ?? []).every((step, index) => path[index] === step);
    const isWithin = path.length > 1 && path.every((step, index) => at.path?.[index] === step);
    return isSameCall && (isAbove || isWithin);
  });
}

async function findPlace({ call, path }: Spot, sources: Sources): Promise<Place> {
  return path === undefined ? call : (await sources.staticView()).placeOf(call, path);
}

async function findEdit(
  { at: { call, path }, change }: Fix,
  { file }: Place,
  sources: Sources,
): Promise<FileEdit | undefined> {
  if (path === undefined || call.file !== file) return undefined;
  const edit = (await sources.staticView()).findEdit(call, path, change);
  return edit && { ...edit, textHash: hashText(sources.textOf(file)!) };
}
