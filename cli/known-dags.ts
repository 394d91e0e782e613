// Where commands find DAGs, one rule for all: while a scheduler is alive in this project, what it runs, from the store and its builds;
// else what the files define now, with what the store knows of them (paused or not, their last run). So looking needs no scheduler, and
// what acts (trigger, unpause) writes down the DAG and a build of it where no scheduler has done so. A project without DAG files runs a
// finished build: there it is what the last scheduler ran.

import type { DataInterval } from "../runtime/dag/data-interval.ts";
import type { DagModel } from "../runtime/dag/model.ts";
import { isKnownError } from "../runtime/errors.ts";
import { type ManifestDag, readManifest } from "../runtime/manifest.ts";
import { findLastInterval } from "../runtime/scheduler/memory.ts";
import type { Settings } from "../runtime/settings.ts";
import { type DagRow, readDags, writeDag } from "../runtime/store/dags.ts";
import { leaveNotice } from "../runtime/store/notices.ts";
import type { Store } from "../runtime/store/open-store.ts";
import type { Io } from "./command.ts";
import { getDag } from "./get-dag.ts";
import type { LiveBuild } from "./live-build/live-builds.ts";
import { hasLivingScheduler } from "./living-jobs.ts";
import { loadSound } from "./load-buildable.ts";
import { readProjectSettings } from "./project-settings.ts";
import { lookIntoStore } from "./with-store.ts";

export interface KnownDag {
  readonly model: DagModel;
  /** Relative to the project. */
  readonly file: string;
  /** Undefined: nobody has written it down. */
  readonly row: DagRow | undefined;
  /** Of its last run that no person started. */
  readonly last: DataInterval | null;
}

/** Every DAG; undefined after it was shown why there is none, or why not the one that is asked for. */
export async function findKnownDags(io: Io, dagId?: string): Promise<KnownDag[] | undefined> {
  const stored = lookIntoStore(io, nothingStored, readStored);
  if (await areBuildsMeant(stored, io)) return fromBuilds(stored, io);
  const project = await loadSound(io, dagId);
  return project?.dags.map((dag) => ({
    model: dag.model,
    file: dag.file,
    row: stored.rows.get(dag.model.id),
    last: stored.lasts.get(dag.model.id) ?? null,
  }));
}

/** Undefined after its errors were shown. @throws KnownError when there is no such DAG. */
export async function getKnownDag(io: Io, dagId: string): Promise<KnownDag | undefined> {
  const dags = await findKnownDags(io, dagId);
  return dags && getDag(dags, dagId);
}

/** Those of a build that becomes live, and those of its broken files, which go on as they were last. */
export function findLiveDags(store: Store, { buildFolder, broken }: LiveBuild, io: Io): KnownDag[] {
  const { rows, lasts } = readStored(store);
  const known = (model: DagModel, file: string): KnownDag => {
    return { model, file, row: rows.get(model.id), last: lasts.get(model.id) ?? null };
  };
  const brokenFiles = new Set(broken.map(({ file }) => file));
  const kept = new Map([...rows].filter(([, { file }]) => brokenFiles.has(file)));
  const dags = [
    ...readManifest(buildFolder).dags.map(({ model, file }) => known(model, file)),
    ...entriesOf(kept, io).map(({ entry, row }) => known(entry.model, row.file)),
  ];
  return dags.sort((left, right) => (left.model.id < right.model.id ? -1 : 1));
}

/** As it is, or will be once somebody writes it down. */
export function isPaused({ model, row }: Pick<KnownDag, "model" | "row">, settings: Settings): boolean {
  return row?.isPaused ?? model.isPausedUponCreation ?? settings.dagsArePausedAtCreation;
}

export interface RunnableDag {
  readonly model: DagModel;
  /** What stands in the store, or is to stand there. */
  readonly row: DagRow;
  /** To be called in the transaction of what needs the row. */
  register(store: Store): void;
}

/** DAGs that runs can be made of: with a build. Undefined after their errors were shown. */
export async function findRunnableDags(io: Io, dagId?: string): Promise<RunnableDag[] | undefined> {
  const stored = lookIntoStore(io, nothingStored, readStored);
  if (await areBuildsMeant(stored, io)) {
    return entriesOf(stored.rows, io).map(({ entry, row }) => ({ model: entry.model, row, register: () => {} }));
  }
  const settings = readProjectSettings(io);
  const project = await loadSound(io, dagId);
  if (project === undefined) return undefined;
  const { writeDevelopmentBuild } = await import("./development-build.ts");
  const { folder: build } = writeDevelopmentBuild(project);
  return readManifest(build).dags.map(({ model, definition, file }) => {
    const known = { model, row: stored.rows.get(model.id) };
    const row = { dagId: model.id, isPaused: isPaused(known, settings), isStale: false, file, definition, build };
    return { model, row, register: (store) => registerDag(store, row) };
  });
}

/** Undefined after its errors were shown. @throws KnownError when there is no such DAG. */
export async function getRunnableDag(io: Io, dagId: string): Promise<RunnableDag | undefined> {
  const dags = await findRunnableDags(io, dagId);
  return dags && getDag(dags, dagId);
}

async function areBuildsMeant({ isLive, rows }: Stored, { projectRoot }: Io): Promise<boolean> {
  if (isLive || rows.size === 0) return isLive;
  const { findDagFiles } = await import("../generator/load/find-dag-files.ts");
  return findDagFiles(projectRoot).length === 0;
}

function registerDag(store: Store, row: DagRow): void {
  writeDag(store, row);
  leaveNotice(store, { kind: "dag", dagId: row.dagId });
}

interface Stored {
  readonly isLive: boolean;
  readonly rows: ReadonlyMap<string, DagRow>;
  readonly lasts: ReadonlyMap<string, DataInterval>;
}

const nothingStored: Stored = { isLive: false, rows: new Map(), lasts: new Map() };

function readStored(store: Store): Stored {
  const rows = new Map(readDags(store).map((row) => [row.dagId, row]));
  const lasts = [...rows.keys()].flatMap((dagId) => {
    const last = findLastInterval(store, dagId);
    return last === null ? [] : [[dagId, last] as const];
  });
  // One that has just started on a new store knows no DAG yet: the files do.
  return { isLive: rows.size > 0 && hasLivingScheduler(store), rows, lasts: new Map(lasts) };
}

function fromBuilds({ rows, lasts }: Stored, io: Io): KnownDag[] {
  return entriesOf(rows, io).map(({ entry, row }) => ({
    model: entry.model,
    file: row.file,
    row,
    last: lasts.get(row.dagId) ?? null,
  }));
}

/** Without those whose file defines them no more. */
function entriesOf(rows: ReadonlyMap<string, DagRow>, io: Io): { entry: ManifestDag; row: DagRow }[] {
  const builds = new Map<string, readonly ManifestDag[]>();
  return [...rows.values()].flatMap((row) => {
    if (row.isStale) return [];
    const dags = builds.get(row.build) ?? readDagsOf(row.build);
    builds.set(row.build, dags);
    const entry = dags.find(({ model }) => model.id === row.dagId);
    if (entry) return [{ entry, row }];
    io.stderr(`warning: DAG ${row.dagId} left out: its build is missing (${row.build})\n`);
    return [];
  });
}

function readDagsOf(build: string): readonly ManifestDag[] {
  try {
    return readManifest(build).dags;
  } catch (error) {
    if (isKnownError(error)) return [];
    throw error;
  }
}
