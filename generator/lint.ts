// Runs the rules over a loaded project and turns their findings into diagnostics with exact places.

import type { Diagnostic, Place } from "./diagnostic.ts";
import { sortDiagnostics } from "./diagnostic.ts";
import type { LoadedProject, Mistake, Spot } from "./load/loaded.ts";
import { openSources, type Sources } from "./load/sources.ts";
import { rules } from "./rules/index.ts";
import type { Finding, Rule } from "./rules/rule.ts";

/** What every rule finds, sorted by place. */
export function lintProject(project: LoadedProject): Promise<Diagnostic[]> {
  return runRules(project, rules);
}

/** What makes a DAG impossible to build; empty: the project can be built. */
export function findValidityErrors(project: LoadedProject): Promise<Diagnostic[]> {
  return runRules(
    project,
    rules.filter(({ group }) => group === "validity"),
  );
}

async function runRules(project: LoadedProject, selected: readonly Rule[]): Promise<Diagnostic[]> {
  const sources = openSources(project.root);
  const diagnostics: Diagnostic[] = [];
  for (const rule of selected) {
    for (const finding of await check(rule, project, sources)) {
      if (isSaidAlready(finding, project.mistakes)) continue;
      const { at, text, remedy } = finding;
      const { code, severity } = rule;
      diagnostics.push({ code, severity, ...(await findPlace(at, sources)), text, remedy });
    }
  }
  return sortDiagnostics(diagnostics);
}

async function check(rule: Rule, project: LoadedProject, sources: Sources): Promise<readonly Finding[]> {
  switch (rule.view) {
    case "project":
      return rule.check(project);
    case "dag":
      return project.dags.flatMap((dag) => rule.check(dag));
    case "source":
      return (await Promise.all(project.dags.map((dag) => rule.check(dag, sources)))).flat();
    default:
      return rule satisfies never;
  }
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
