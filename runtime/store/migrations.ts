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
  // The scheduler's. A run of before was one of `dags test`: no scheduler goes on with it.
  `
  CREATE TABLE dag (
    dag_id TEXT PRIMARY KEY,
    is_paused INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
    is_stale INTEGER NOT NULL CHECK (is_stale IN (0, 1)),
    file TEXT NOT NULL,
    definition TEXT NOT NULL,
    build TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE import_error (
    file TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    timestamp TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pool (
    pool TEXT PRIMARY KEY,
    slots INTEGER NOT NULL CHECK (slots >= -1),
    description TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE variable (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    description TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE backfill (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    dag_id TEXT NOT NULL,
    from_date TEXT NOT NULL,
    to_date TEXT NOT NULL,
    conf TEXT NOT NULL CHECK (json_valid(conf)),
    max_active_runs INTEGER NOT NULL CHECK (max_active_runs > 0),
    reprocess_behavior TEXT NOT NULL CHECK (reprocess_behavior IN ('none', 'failed', 'completed')),
    run_backwards INTEGER NOT NULL CHECK (run_backwards IN (0, 1)),
    created_at TEXT NOT NULL,
    completed_at TEXT
  ) STRICT;
  CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    pid INTEGER NOT NULL,
    hostname TEXT NOT NULL,
    version TEXT NOT NULL,
    start_date TEXT NOT NULL,
    latest_heartbeat TEXT NOT NULL,
    end_date TEXT
  ) STRICT;
  CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('dag', 'dag_run', 'pool')),
    key TEXT NOT NULL
  ) STRICT;
  CREATE TABLE new_dag_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
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
    is_test INTEGER NOT NULL CHECK (is_test IN (0, 1)),
    backfill INTEGER REFERENCES backfill,
    sort_ordinal INTEGER,
    clear_number INTEGER NOT NULL DEFAULT 0,
    queued_at TEXT NOT NULL,
    start_date TEXT,
    end_date TEXT,
    UNIQUE (dag_id, run_id),
    CHECK ((backfill IS NULL) = (sort_ordinal IS NULL))
  ) STRICT;
  INSERT INTO new_dag_run (id, dag_id, run_id, run_type, state, logical_date, data_interval_start, data_interval_end, run_after, conf,
      definition, build, is_test, queued_at, start_date, end_date)
    SELECT id, dag_id, run_id, run_type, state, logical_date, data_interval_start, data_interval_end, run_after, conf,
      definition, build, 1, start_date, start_date, end_date
    FROM dag_run;
  DROP TABLE dag_run;
  ALTER TABLE new_dag_run RENAME TO dag_run;
  CREATE UNIQUE INDEX dag_run_logical_date ON dag_run (dag_id, logical_date) WHERE logical_date IS NOT NULL AND NOT is_test;
  CREATE INDEX dag_run_state ON dag_run (state, dag_id);
  CREATE INDEX dag_run_run_after ON dag_run (dag_id, run_after);
  CREATE TABLE new_task_instance (
    run INTEGER NOT NULL REFERENCES dag_run ON DELETE CASCADE,
    task_id TEXT NOT NULL,
    map_index INTEGER NOT NULL DEFAULT -1,
    state TEXT NOT NULL CHECK (state IN ('none', 'scheduled', 'running', 'restarting', 'success', 'failed', 'up_for_retry', 'upstream_failed', 'skipped', 'removed')),
    try_number INTEGER NOT NULL DEFAULT 0,
    max_tries INTEGER NOT NULL DEFAULT 0,
    starts INTEGER NOT NULL DEFAULT 0,
    losses INTEGER NOT NULL DEFAULT 0,
    start_date TEXT,
    end_date TEXT,
    next_try_at INTEGER,
    error TEXT,
    PRIMARY KEY (run, task_id, map_index),
    CHECK ((next_try_at IS NOT NULL) = (state = 'up_for_retry'))
  ) STRICT, WITHOUT ROWID;
  INSERT INTO new_task_instance (run, task_id, map_index, state, try_number, start_date, end_date, next_try_at, error)
    SELECT run, task_id, map_index, state, try_number, start_date, end_date, next_try_at, error FROM task_instance;
  DROP TABLE task_instance;
  ALTER TABLE new_task_instance RENAME TO task_instance;
  `,
  `
  ALTER TABLE dag_run ADD COLUMN test_pid INTEGER;
  ALTER TABLE dag_run ADD COLUMN test_hostname TEXT;
  `,
];
