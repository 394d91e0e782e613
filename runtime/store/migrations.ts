// The schema, numbered and append-only: migration N is entry N - 1. The lists of states are written out: made from dag/states.ts, an old
// migration would change with it. A test compares the newest schema's with that table.

export const migrations: readonly string[] = [
  `
  CREATE TABLE dag_run (
    id INTEGER PRIMARY KEY,
    dag_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    run_type TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'success', 'failed')),
    logical_date TEXT,
    data_interval_start TEXT,
    data_interval_end TEXT,
    run_after TEXT NOT NULL,
    conf TEXT NOT NULL CHECK (json_valid(conf)),
    definition TEXT NOT NULL,
    build TEXT NOT NULL,
    start_date TEXT NOT NULL,
    end_date TEXT,
    UNIQUE (dag_id, run_id)
  ) STRICT;
  CREATE TABLE task_instance (
    run INTEGER NOT NULL REFERENCES dag_run ON DELETE CASCADE,
    task_id TEXT NOT NULL,
    map_index INTEGER NOT NULL DEFAULT -1,
    state TEXT NOT NULL CHECK (state IN ('none', 'scheduled', 'running', 'success', 'failed', 'up_for_retry', 'upstream_failed', 'skipped')),
    try_number INTEGER NOT NULL DEFAULT 0,
    start_date TEXT,
    end_date TEXT,
    next_try_at INTEGER,
    error TEXT,
    PRIMARY KEY (run, task_id, map_index),
    CHECK ((next_try_at IS NOT NULL) = (state = 'up_for_retry'))
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE xcom (
    run INTEGER NOT NULL REFERENCES dag_run ON DELETE CASCADE,
    task_id TEXT NOT NULL,
    map_index INTEGER NOT NULL DEFAULT -1,
    key TEXT NOT NULL,
    value TEXT NOT NULL CHECK (json_valid(value)),
    PRIMARY KEY (run, task_id, map_index, key)
  ) STRICT, WITHOUT ROWID;
  `,
];
