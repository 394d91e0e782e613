// Lints a project: loads and judges the files that changed since the last lint, or whose models depend on what changed; without anything that
// was kept these are all. What was found is kept where the next lint can be sure of it.

import { resolve } from "node:path";
import { configFile } from "../load/config-mistake.ts";
import { getDagFiles } from "../load/find-dag-files.ts";
import { type Fingerprint, fingerprintFile, fingerprintText, isTouchedSince } from "../load/fingerprint.ts";
import { closureOf, type ImportGraph } from "../load/import-graph.ts";
import { type ConfigWithSources, loadConfigWithSources } from "../load/load-config.ts";
import { joinFiles, type LoadedFile } from "../load/loaded.ts";
import { joinObserved, nothingObserved, quietVariables } from "../load/observe-surroundings.ts";
import { findSurroundings, toGraph } from "../load/resolution.ts";
import { type KeptParts, type KeptPlace, type KeptResult, keep, readParts } from "./kept-state.ts";
import { type FileFindings, openLint } from "./lint-project.ts";
import type { LintRequest, LintResult } from "./lint-request.ts";
import { type Kept, type LoadedChanged, loadChanged } from "./load-changed.ts";

export interface Keeping {
  readonly place: KeptPlace;
  /** The last lint's, and which of its files are others now. */
  readonly known: { readonly result: KeptResult; readonly changed: ReadonlySet<string> } | undefined;
}

export async function lintAnew(request: LintRequest, keeping?: Keeping): Promise<LintResult> {
  const { root } = request;
  const startedAt = Date.now();
  const files = getDagFiles(root);
  const kept = keeping && findKept(keeping);
  const signal = request.signal && { signal: request.signal };
  const configured = (async () => findConfig(kept) ?? (await loadConfigWithSources(root, { ...signal })))();
  const lint = configured.then(({ config }) => openLint(root, config, { ...signal }));
  const early = new Map<string, Promise<FileFindings>>();
  const limits = {
    ...signal,
    ...(request.evaluationMs && { evaluationMs: request.evaluationMs }),
    // Judged while the others are evaluated.
    onLoaded: (loaded: LoadedFile) => {
      const findings = lint.then(({ judge }) => judge(loaded));
      findings.catch(() => {});
      early.set(loaded.file, findings);
    },
  };
  const [opened, changed] = await Promise.allSettled([lint, loadChanged(root, files, limits, kept)]);
  // With a mistake in the configuration nothing else counts.
  if (opened.status === "rejected") throw opened.reason;
  if (changed.status === "rejected") throw changed.reason;
  const config = await configured;
  const load = changed.value;
  const project = joinFiles(root, load.loaded);
  const byFile = new Map<string, FileFindings>(keptFindings(kept, config, load));
  for (const loaded of project.byFile) {
    const { file, diagnostics } = loaded;
    // What went wrong after it was evaluated was not judged yet.
    const findings = diagnostics.length === 0 && load.fresh.has(file) ? early.get(file) : undefined;
    if (!byFile.has(file)) byFile.set(file, await (findings ?? opened.value.judge(loaded)));
  }
  const { customRules } = config.config.lint;
  const diagnostics = await opened.value.conclude(project, byFile);
  const filesOfDags = project.dags.map(({ file }) => file);
  const result = { diagnostics, filesOfDags, modulesOf: ownModules(load.graph, files), customRules };
  if (keeping && project.diagnostics.length === 0) {
    keepLint({ request, keeping, kept, startedAt, config, load, byFile, result });
  }
  return result;
}

function ownModules(graph: ImportGraph, files: readonly string[]): LintResult["modulesOf"] {
  const isOwn = (path: string) => !path.split("/").includes("node_modules");
  const modules = files.map((file) => [file, [...closureOf(graph, [file])].filter(isOwn).slice(1)] as const);
  return Object.fromEntries(modules.filter(([, imported]) => imported.length > 0));
}

function findKept({ place, known }: Keeping): Kept | undefined {
  const parts = known && readParts(place, known.result);
  return parts?.common.some((path) => known!.changed.has(path))
    ? undefined
    : parts && { parts, changed: known!.changed };
}

function findConfig(kept: Kept | undefined): ConfigWithSources | undefined {
  if (kept === undefined || kept.parts.configInputs.some((path) => kept.changed.has(path))) return undefined;
  return { config: kept.parts.config, inputs: {}, observed: nothingObserved };
}

/** Of files that were not loaded anew, as long as they are judged in the same way. */
function keptFindings(
  kept: Kept | undefined,
  { config }: ConfigWithSources,
  { fresh }: LoadedChanged,
): ReadonlyMap<string, FileFindings> {
  if (JSON.stringify(config) !== JSON.stringify(kept?.parts.config)) return new Map();
  const same = kept!.parts.files.filter(({ loaded }) => !fresh.has(loaded.file));
  return new Map(same.map((file) => [file.loaded.file, file]));
}

interface Finished {
  readonly request: LintRequest;
  readonly keeping: Keeping;
  readonly kept: Kept | undefined;
  readonly startedAt: number;
  readonly config: ConfigWithSources;
  readonly load: LoadedChanged;
  readonly byFile: ReadonlyMap<string, FileFindings>;
  readonly result: LintResult;
}

/** Not where it cannot be told what the result depends on, or where that has changed meanwhile. */
function keepLint({ request, keeping, kept, startedAt, config, load, byFile, result }: Finished): void {
  const { root, environment } = request;
  const dagFiles = load.loaded.map(({ file }) => file);
  const isKeptConfig = kept !== undefined && findConfig(kept) !== undefined;
  const { hasAliases = true } = findSurroundings(root, Object.keys(config.inputs)) ?? {};
  const ofConfig = toGraph(root, config.inputs, hasAliases);
  const configInputs = isKeptConfig
    ? kept.parts.configInputs
    : [configFile, ...Object.entries(ofConfig).flatMap(([path, { absent }]) => [path, ...absent])];
  const loaded = new Set([...Object.keys(load.graph), ...dagFiles, ...Object.keys(ofConfig)]);
  const surroundings = findSurroundings(root, [...loaded, configFile]);
  const observed = joinObserved(load.observed, config.observed);
  if (surroundings === undefined || observed === undefined || observed.isOpen) return;
  if (Object.values(ofConfig).some(({ isUnsure }) => isUnsure)) return;
  const common = [...new Set([...(kept?.parts.common ?? []), ...surroundings.files, ...observed.files])];
  const all = Object.entries(load.graph).flatMap(([path, { absent }]) => [path, ...absent]);
  const before = keeping.known?.result.files ?? {};
  const files: Record<string, Fingerprint> = {};
  for (const path of new Set([...all, ...dagFiles, ...configInputs, ...common])) {
    // What was the same when this lint began was read as that.
    const isSame = kept !== undefined && before[path] !== undefined && !kept.changed.has(path);
    if (!isSame && isTouchedSince(resolve(root, path), startedAt)) return;
    files[path] = isSame ? before[path]! : fingerprintFile(root, path);
    // It was there when it was loaded.
    if (files[path] === null && loaded.has(path)) return;
  }
  const names = [
    ...quietVariables,
    ...(kept ? Object.keys(keeping.known!.result.environment) : []),
    ...observed.environment,
  ];
  const parts: Omit<KeptParts, "id"> = {
    config: config.config,
    configInputs,
    common,
    graph: load.graph,
    files: load.loaded.map((loaded) => ({
      loaded,
      before: load.before.get(loaded.file)!,
      ...byFile.get(loaded.file)!,
    })),
  };
  const isSure = dagFiles.every((file) => load.graph[file] !== undefined);
  // Nobody sees what rules of the project's own look at.
  const isWhole =
    isSure && result.customRules.length === 0 && Object.values(load.graph).every(({ isUnsure }) => !isUnsure);
  const variables = Object.fromEntries([...new Set(names)].map((name) => [name, fingerprintText(environment[name])]));
  const isPlaced =
    observed.usesWorkingDirectory || (kept !== undefined && keeping.known!.result.workingDirectory !== null);
  const workingDirectory = isPlaced ? process.cwd() : null;
  keep(keeping.place, { dagFiles, files, environment: variables, workingDirectory, isWhole, ...result }, parts);
}
