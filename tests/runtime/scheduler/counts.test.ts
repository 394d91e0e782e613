// What the scheduler's work costs, in counts: statements, commits, processes. Times would say what else the machine did.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DagModel } from "../../../runtime/dag/model.ts";
import { type AttemptEnd, failedAttempt } from "../../../runtime/executor/attempt.ts";
import { createScheduler } from "../../../runtime/scheduler/scheduler.ts";
import { createDagRun } from "../../../runtime/store/dag-runs.ts";
import { migrations } from "../../../runtime/store/migrations.ts";
import { leaveNotice } from "../../../runtime/store/notices.ts";
import { loadSqlite } from "../../../runtime/store/sqlite.ts";
import { type MadeTask, madeDag } from "../../support/made-dag.ts";

const success: AttemptEnd = { ...failedAttempt("", false), outcome: "success", error: null, returnValue: "done" };

describe("a chain of forty tasks", () => {
  const chain = Array.from({ length: 40 }, (_, number) => ({
    id: `task_${number}`,
    upstream: number === 0 ? [] : [`task_${number - 1}`],
  }));

  it("starts forty processes, and commits once from each task to the next", async () => {
    const { end, ended, starts, commits, step } = await running(chain);
    for (let number = 1; number <= 40; number++) {
      const before = commits();
      expect(end(1)).toBe(1);
      step();
      expect(commits() - before).toBe(1);
    }
    expect([starts(), ended()]).toEqual([40, true]);
  });

  it("takes the same few statements for each, however long it is", async () => {
    const { end, statements, step } = await running(chain);
    const counts = chain.slice(0, -1).map(() => {
      const before = statements().length;
      end(1);
      step();
      return statements().slice(before);
    });
    expect(counts[0]).toHaveLength(7);
    expect(counts[0]!.map((sql) => /^\w+( (INTO|FROM|OR REPLACE INTO))?/.exec(sql.trim())![0])).toEqual([
      "BEGIN",
      "SELECT",
      "UPDATE",
      "INSERT OR REPLACE INTO",
      "UPDATE",
      "DELETE FROM",
      "COMMIT",
    ]);
    expect(new Set(counts.map(({ length }) => length))).toEqual(new Set([7]));
  });
});

describe("tasks that end together", () => {
  const wide = Array.from({ length: 32 }, (_, number) => ({ id: `task_${number}` }));

  it("are committed together, with the starts of those that come next", async () => {
    const { end, ended, starts, commits, step } = await running(wide);
    expect(starts()).toBe(16);
    const before = commits();
    expect(end(16)).toBe(16);
    step();
    expect([starts(), commits() - before]).toEqual([32, 1]);
    expect(end(16)).toBe(16);
    step();
    expect([ended(), commits() - before]).toEqual([true, 2]);
  });
});

describe("while nothing happens", () => {
  it("a turn writes nothing, and asks for news alone", async () => {
    const { changes, statements, step } = await running([{ id: "one" }]);
    const [before, said] = [changes(), statements().length];
    step();
    expect(statements().slice(said)).toEqual([
      "BEGIN IMMEDIATE",
      expect.stringMatching(/^SELECT .* FROM notice/),
      "COMMIT",
    ]);
    expect(changes()).toBe(before);
  });
});

describe("however many runs there were", () => {
  it("no statement of the scheduler reads through them", async () => {
    const { end, statements, plan, step } = await running([{ id: "one" }, { id: "two", upstream: ["one"] }]);
    end(1);
    step();
    const ofRuns = statements().filter(
      (sql) => /^\s*(SELECT|UPDATE|DELETE)/.test(sql) && /dag_run|task_instance|xcom/.test(sql),
    );
    const bad = ofRuns.map((sql) => [sql, plan(sql)]).filter(([, how]) => /SCAN|TEMP B-TREE/.test(how!));
    // What is unfinished is sorted: that is little, whatever there was.
    expect(bad.filter(([sql]) => !sql!.includes("state IN ('queued', 'running')"))).toEqual([]);
    expect(ofRuns.length).toBeGreaterThan(8);
  });
});

/** A run of these tasks whose first tasks have started, on a real store in a file. */
async function running(tasks: readonly MadeTask[]) {
  const folder = mkdtempSync(join(tmpdir(), "dagwright-counts-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const executed: string[] = [];
  const store = new (loadSqlite())(join(folder, "dagwright.db"), { verbose: (sql) => void executed.push(String(sql)) });
  onTestFinished(() => void store.close());
  store.pragma("journal_mode = WAL");
  for (const migration of migrations) store.exec(migration);
  const dag: DagModel = madeDag(tasks);
  const manifest = { version: 1, bundles: [], dags: [{ model: dag, definition: "", chunk: "", file: "" }] } as const;
  const processes: ((end: AttemptEnd) => void)[] = [];
  let started = 0;
  const scheduler = await createScheduler({
    store,
    clock: () => Date.parse("2026-01-01T00:00:00Z"),
    settings: {
      parallelism: 16,
      maxActiveTasksPerDag: 16,
      maxActiveRunsPerDag: 16,
      dagsArePausedAtCreation: false,
      maxConsecutiveFailedDagRunsPerDag: 0,
      defaultPoolTaskSlotCount: 128,
    },
    readManifest: () => manifest,
    report: () => {},
    ring: () => {},
    spawner: {
      start: (_, onEnd) => {
        started++;
        processes.push(onEnd);
        return { terminate: () => {}, kill: () => {} };
      },
      adopt: async () => "not_started",
      forget: () => {},
      endStrays: async () => {},
    },
  });
  scheduler.takeBuild({ buildFolder: "build", manifest, broken: [] });
  scheduler.step();
  const moment = "2026-01-01T00:00:00+00:00";
  const dates = { logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null };
  const run = createDagRun(store, {
    dagId: dag.id,
    facts: { id: "manual", type: "manual", ...dates, runAfter: moment },
    conf: {},
    definition: "",
    build: "build",
    isTest: false,
    queuedAt: moment,
    tasks: dag.tasks.map(({ id }) => ({ id, retries: 0 })),
  })!;
  leaveNotice(store, { kind: "dag_run", run });
  scheduler.step();
  return {
    step: () => scheduler.step(),
    /** Ends so many processes, the oldest first. Returns how many there were. */
    end: (count: number) => processes.splice(0, count).map((onEnd) => onEnd(success)).length,
    starts: () => started,
    statements: () => executed as readonly string[],
    commits: () => executed.filter((sql) => sql === "COMMIT").length,
    /** How SQLite goes about it. */
    plan: (sql: string) =>
      (store.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail).join("; "),
    changes: () => store.prepare("SELECT total_changes()").pluck().get() as number,
    ended: () => store.prepare("SELECT state FROM dag_run").pluck().get() === "success",
  };
}
