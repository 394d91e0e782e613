// One build of the project as its files are now, in the process that builds: the DAGs that are sound, what is wrong with the others, and what
// to watch for the next one.

import { resolve, sep } from "node:path";
import type { Diagnostic } from "../../generator/diagnostic.ts";
import { findValidityErrors } from "../../generator/lint/lint-project.ts";
import { withSoundDags } from "../../generator/lint/sound-dags.ts";
import type { ImportGraph } from "../../generator/load/import-graph.ts";
import type { KnownLoad } from "../../generator/load/known-load.ts";
import { loadAgain } from "../../generator/load/load-again.ts";
import { type KnownConfig, loadConfigAgain } from "../../generator/load/load-config-again.ts";
import { candidatesFor, findSurroundings } from "../../generator/load/resolution.ts";
import { type DevelopmentBuild, writeDevelopmentBuild } from "../development-build.ts";
import { liveDagsFile } from "../state-folder.ts";
import { touchBuild } from "../touch-build.ts";
import type { BuildReport } from "./build-report.ts";
import { describeBroken } from "./describe-broken.ts";
import { planKept, readLiveDags, writeLiveDags } from "./live-dags.ts";

/** What one build leaves to the next, as long as the process lives. */
export interface BuildMemory {
  config: KnownConfig | undefined;
  known: KnownLoad | undefined;
  build: DevelopmentBuild | undefined;
}

type Built = Extract<BuildReport, { kind: "built" }>;

/** @throws KnownError when nothing can be built. */
export async function buildLive(root: string, memory: BuildMemory, signal: AbortSignal): Promise<Built> {
  const [configured, loaded] = await Promise.allSettled([
    loadConfigAgain(root, memory.config, { signal }),
    loadAgain(root, memory.known, { signal }),
  ]);
  // A configuration with a mistake is no configuration: nothing is built beside it.
  memory.config = configured.status === "fulfilled" ? configured.value : undefined;
  if (configured.status === "rejected") throw configured.reason;
  if (loaded.status === "rejected") throw loaded.reason;
  const { project, known, graph, observedFiles } = loaded.value;
  const errors = await findValidityErrors(project, configured.value.config);
  const sound = withSoundDags(project, errors);
  const written = writeDevelopmentBuild(sound, memory.build);
  const { folder: buildFolder } = written;
  memory.known = known;
  memory.build = written;

  const broken = describeBroken(project, sound, errors);
  const live = sound.dags.map(({ model, file }) => ({ dagId: model.id, file, buildFolder }));
  const path = liveDagsFile(root);
  const kept = planKept(readLiveDags(path), live, broken);
  for (const folder of new Set(kept.map((dag) => dag.buildFolder))) touchBuild(folder);
  writeLiveDags(path, [...live, ...kept]);
  const dependsOn = findDependencies(root, { graph, config: configured.value, observedFiles, errors });
  return { kind: "built", build: { buildFolder, broken, kept }, dependsOn };
}

interface Sources {
  readonly graph: ImportGraph;
  readonly config: KnownConfig;
  readonly observedFiles: readonly string[];
  readonly errors: readonly Diagnostic[];
}

/** Without what packages hold: their lock files tell of them. */
function findDependencies(root: string, { graph, config, observedFiles, errors }: Sources): string[] {
  const modules = Object.entries(graph).flatMap(([path, { absent }]) => (isOfPackage(path) ? [] : [path, ...absent]));
  const surroundings = findSurroundings(root, ["dags", ...modules])?.files ?? [];
  const wanting = errors.flatMap(({ file, text }) => [file, ...findWanted(root, file, text)]);
  const state = resolve(root, ".dagwright") + sep;
  const all = new Set([...modules, ...surroundings, ...observedFiles, ...config.paths, ...wanting]);
  return [...all].filter((path) => !resolve(root, path).startsWith(state));
}

function isOfPackage(path: string): boolean {
  return path.split("/").includes("node_modules");
}

/** Where esbuild would have found what it did not find. */
function findWanted(root: string, file: string, text: string): string[] {
  const name = /Could not resolve "([^"]+)"/.exec(text)?.[1];
  if (name === undefined) return [];
  if (/^\.{1,2}(\/|$)/.test(name)) return candidatesFor(resolve(root, file, "..", name));
  return [resolve(root, "node_modules", name)];
}
