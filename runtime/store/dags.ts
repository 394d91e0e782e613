// Statements about DAGs: what a scheduler knows beside their models, which are in their builds' manifests.

import { leaveNotice } from "./notices.ts";
import { prepare, type Store } from "./open-store.ts";

export interface DagRow {
  readonly dagId: string;
  readonly isPaused: boolean;
  /** Its file is gone, or defines it no more: no run of it begins. Those that have begun go on. */
  readonly isStale: boolean;
  readonly file: string;
  readonly definition: string;
  /** The folder of the build that new runs begin with. */
  readonly build: string;
}

export function readDags(store: Store): DagRow[] {
  return (prepare(store, "SELECT * FROM dag ORDER BY dag_id").all() as Row[]).map(toRow);
}

export function findDag(store: Store, dagId: string): DagRow | undefined {
  const row = prepare(store, "SELECT * FROM dag WHERE dag_id = ?").get(dagId) as Row | undefined;
  return row && toRow(row);
}

/** New ones are paused or not as given; a known one keeps what somebody chose. */
export function writeDag(store: Store, dag: DagRow): void {
  prepare(
    store,
    `INSERT INTO dag (dag_id, is_paused, is_stale, file, definition, build) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (dag_id) DO UPDATE SET is_stale = excluded.is_stale, file = excluded.file, definition = excluded.definition,
      build = excluded.build`,
  ).run(dag.dagId, Number(dag.isPaused), Number(dag.isStale), dag.file, dag.definition, dag.build);
}

/** False when it was so already. */
export function pauseDag(store: Store, dagId: string, isPaused: boolean): boolean {
  const pause = store.transaction(() => {
    const { changes } = prepare(store, "UPDATE dag SET is_paused = ? WHERE dag_id = ? AND is_paused <> ?").run(
      Number(isPaused),
      dagId,
      Number(isPaused),
    );
    if (changes > 0) leaveNotice(store, { kind: "dag", dagId });
    return changes > 0;
  });
  return pause.immediate();
}

export interface ImportError {
  readonly file: string;
  readonly text: string;
  readonly timestamp: string;
}

export function readImportErrors(store: Store): ImportError[] {
  return prepare(store, "SELECT file, text, timestamp FROM import_error ORDER BY file").all() as ImportError[];
}

/** All of them: those of before are gone. */
export function writeImportErrors(store: Store, errors: readonly ImportError[]): void {
  prepare(store, "DELETE FROM import_error").run();
  const insert = prepare(store, "INSERT INTO import_error (file, text, timestamp) VALUES (?, ?, ?)");
  for (const { file, text, timestamp } of errors) insert.run(file, text, timestamp);
}

interface Row {
  readonly dag_id: string;
  readonly is_paused: number;
  readonly is_stale: number;
  readonly file: string;
  readonly definition: string;
  readonly build: string;
}

function toRow(row: Row): DagRow {
  return {
    dagId: row.dag_id,
    isPaused: row.is_paused === 1,
    isStale: row.is_stale === 1,
    file: row.file,
    definition: row.definition,
    build: row.build,
  };
}
