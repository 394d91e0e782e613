// Runs the rules over a loaded project and turns their findings into diagnostics with exact places.

import type { Diagnostic, Place, Severity } from "../diagnostic.ts";
import { sortDiagnostics } from "../diagnostic.ts";
import { defaultLintConfig, type LoadedLintConfig } from "../load/check-lint-config.ts";
import { joinFiles, type LoadedProject, type Mistake, type Spot } from "../load/loaded.ts";
import { openSources, type Sources } from "../load/sources.ts";
import { disableComment } from "../rules/disable-comment.ts";
import { rules } from "../rules/index.ts";
import type { Finding, Rule } from "../rules/rule.ts";
import { applyDisableComments, mayHaveComments } from "./disable-comments.ts";
import { type RuleSetting, ruleSettings, type SettingOf } from "./rule-settings.ts";

/** What every rule finds as the configuration sets it, sorted by place. @throws KnownError when it sets what does not exist. */
export async function lintProject(project: LoadedProject, config: LoadedLintConfig): Promise<Diagnostic[]> {
  return (await lintFiles(project, config)).diagnostics;
}

export interface Linted {
  readonly diagnostics: Diagnostic[];
  readonly byFile: ReadonlyMap<string, FileFindings>;
}

/** What was found in one file by the rules that need no other, before comments take something out. */
export interface FileFindings {
  readonly found: readonly Diagnostic[];
  readonly mayHaveComments: boolean;
}

/** @param kept what is known of files already: those are not judged again. */
export async function lintFiles(
  project: LoadedProject,
  config: LoadedLintConfig,
  kept: ReadonlyMap<string, FileFindings> = new Map(),
): Promise<Linted> {
  const sources = openSources(project.root);
  const settingOf = ruleSettings(config, rules);
  const byFile = new Map<string, FileFindings>();
  for (const loaded of project.byFile) {
    const { file } = loaded;
    const findings = kept.get(file) ?? {
      found: await runRules(joinFiles(project.root, [loaded]), sources, {
        selected: rules.filter(isByFile),
        settingOf,
      }),
      mayHaveComments: mayHaveComments(sources.textOf(file) ?? ""),
    };
    byFile.set(file, findings);
  }
  const selected = rules.filter((rule) => !isByFile(rule));
  const across = await runRules(project, sources, { selected, settingOf });
  const found = [...[...byFile.values()].flatMap((file) => file.found), ...across];
  const commented = project.files.filter((file) => byFile.get(file)!.mayHaveComments);
  const files = [...new Set([...commented, ...found.map(({ file }) => file)])];
  const { left, problems } = applyDisableComments(found, { files, sources, rules });
  const wrong = problems.flatMap((problem) => {
    const { severity } = settingOf(disableComment, problem);
    return severity === "off" ? [] : [{ ...problem, code: disableComment.code, severity }];
  });
  return { diagnostics: sortDiagnostics([...left, ...wrong]), byFile };
}

function isByFile(rule: Rule): boolean {
  return rule.view !== "project" || rule.isByFile === true;
}

/** What makes a DAG impossible to build; empty: the project can be built. */
export async function findValidityErrors(project: LoadedProject): Promise<Diagnostic[]> {
  const selected = rules.filter(({ group }) => group === "validity");
  const settingOf = ruleSettings(defaultLintConfig, rules);
  return sortDiagnostics(await runRules(project, openSources(project.root), { selected, settingOf }));
}

interface Selection {
  readonly selected: readonly Rule[];
  readonly settingOf: SettingOf;
}

async function runRules(project: LoadedProject, sources: Sources, selection: Selection): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  for (const rule of selection.selected) {
    for (const { severity, at, dag, text, remedy } of await check(rule, { project, sources }, selection.settingOf)) {
      const place = await findPlace(at, sources);
      const elsewhere = dag === undefined || dag.file === place.file ? {} : { dagFile: dag.file };
      diagnostics.push({ code: rule.code, severity, ...place, ...elsewhere, text, remedy });
    }
  }
  return diagnostics;
}

interface Checked {
  readonly project: LoadedProject;
  readonly sources: Sources;
}

type Judged = Finding & { readonly severity: Severity };

async function check(rule: Rule, checked: Checked, settingOf: SettingOf): Promise<Judged[]> {
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
        const findings = rule.view === "dag" ? rule.check(dag, options) : await rule.check(dag, sources, options);
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
  if (path.length === 0 || mistakes.includes(finding)) return false;
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
