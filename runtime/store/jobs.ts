// Statements about jobs: the schedulers that ran on this store, and whether the last one is alive.

import { prepare, type Store } from "./open-store.ts";

export interface JobRow {
  readonly id: number;
  readonly pid: number;
  readonly hostname: string;
  readonly version: string;
  readonly startDate: string;
  readonly latestHeartbeat: string;
  readonly endDate: string | null;
}

export type NewJob = Pick<JobRow, "pid" | "hostname" | "version" | "startDate">;

export function startJob(store: Store, { pid, hostname, version, startDate }: NewJob): number {
  const { lastInsertRowid } = prepare(
    store,
    "INSERT INTO job (pid, hostname, version, start_date, latest_heartbeat) VALUES (?, ?, ?, ?, ?)",
  ).run(pid, hostname, version, startDate, startDate);
  return Number(lastInsertRowid);
}

export function beatJob(store: Store, job: number, at: string): void {
  prepare(store, "UPDATE job SET latest_heartbeat = ? WHERE id = ?").run(at, job);
}

export function endJob(store: Store, job: number, endDate: string): void {
  prepare(store, "UPDATE job SET latest_heartbeat = ?, end_date = ? WHERE id = ?").run(endDate, endDate, job);
}

const columns =
  "id, pid, hostname, version, start_date AS startDate, latest_heartbeat AS latestHeartbeat, end_date AS endDate";

/** Newest first, ended ones, too. Only tests ask: what a scheduler left behind. */
export function readJobs(store: Store, limit: number): JobRow[] {
  return prepare(store, `SELECT ${columns} FROM job ORDER BY id DESC LIMIT ?`).all(limit) as JobRow[];
}

/** Those that nobody ended, whether they are alive or not; the one that was heard of last comes first. */
export function readRunningJobs(store: Store): JobRow[] {
  const find = prepare(
    store,
    `SELECT ${columns} FROM job WHERE end_date IS NULL ORDER BY latest_heartbeat DESC, id DESC`,
  );
  return find.all() as JobRow[];
}
