// Runs the rules over a loaded project and turns their findings into diagnostics with exact places.

import type { Diagnostic, Place } from "./diagnostic.ts";
import { sortDiagnostics } from "./diagnostic.ts";
import type { LoadedProject } from "./load/loaded.ts";
import { openSources, type Sources } from "./load/sources.ts";
import { rules } from "./rules/index.ts";
import type { Finding, Rule, Spot } from "./rules/rule.ts";

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
    for (const { at, text, remedy } of await check(rule, project, sources)) {
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

async function findPlace({ call, path }: Spot, sources: Sources): Promise<Place> {
  return path === undefined ? call : (await sources.staticView()).placeOf(call, path);
}
