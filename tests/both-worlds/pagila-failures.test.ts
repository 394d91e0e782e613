// What can go wrong with a load and a copy, each for real: the message, what is left behind, and that the next try or run mends it.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fingerprint } from "../../quickstart/fingerprint.ts";
import { createPagilaProject, loadId, type PagilaProject, replicateId } from "../support/pagila-project.ts";
import { saysCommitted, startProxy } from "../support/postgres-proxy.ts";
import { dagsTest, type StandaloneRun } from "../support/standalone.ts";
import { killTask } from "../support/task-processes.ts";

const limit = 120_000;
const quick = ["--retry-delay", "1"];

function run(project: PagilaProject, dagId: string, environment: Record<string, string> = {}): Promise<StandaloneRun> {
  return dagsTest(dagId, quick, { cwd: project.root, environment: { ...project.environment, ...environment } });
}

async function expectLoaded(project: PagilaProject): Promise<void> {
  const [row] = await project.source.query<{ rentals: string; payments: string }>(
    "SELECT (SELECT count(*) FROM public.rental) AS rentals, (SELECT count(*) FROM public.payment) AS payments",
  );
  expect(row).toEqual({ rentals: "16044", payments: "16049" });
}

function audits(project: PagilaProject): Promise<{ succeeded: boolean }[]> {
  return project.source.query("SELECT succeeded FROM pagila_support.pagila_load_audit ORDER BY started_at");
}

async function heldLeases(project: PagilaProject): Promise<number> {
  const [row] = await project.source.query<{ held: string }>(
    "SELECT count(*) AS held FROM dagwright.lease WHERE expires > now()",
  );
  return Number(row!.held);
}

describe("a dump that changed", () => {
  it(
    "is loaded again, also when an earlier version comes back after a failed one",
    async () => {
      const project = await createPagilaProject();
      const original = readFileSync(project.dump.data, "utf8");
      expect((await run(project, loadId)).runState).toBe("success");

      writeFileSync(project.dump.data, `${original}\n-- another version\n`);
      expect((await run(project, loadId)).states["load_data_streaming"]).toBe("success");

      writeFileSync(project.dump.data, original.slice(0, original.length / 2));
      expect((await run(project, loadId)).runState).toBe("failed");

      writeFileSync(project.dump.data, `${original}\n-- another version\n`);
      expect((await run(project, loadId)).states["load_data_streaming"]).toBe("success");
      await expectLoaded(project);
      expect(await audits(project)).toEqual([
        { succeeded: true },
        { succeeded: true },
        { succeeded: false },
        { succeeded: true },
      ]);
    },
    limit,
  );
});

describe("a dump that is bad", () => {
  const cases: { name: string; damage: (text: string) => string; message: RegExp }[] = [
    {
      name: "cut in the middle of a block",
      damage: (text) => text.slice(0, text.indexOf("COPY public.rental ") + 5_000),
      message: /data\.sql(:| line )\d+/,
    },
    {
      name: "with a row that has too few columns",
      damage: (text) => text.replace(/(COPY public\.country .*\n)/, "$1only one column\n"),
      message: /data\.sql(:| line )\d+.*/,
    },
    {
      name: "naming a missing table",
      damage: (text) => text.replace("COPY public.city ", "COPY public.no_such_table "),
      message: /no_such_table/,
    },
  ];
  it.each(cases)(
    "$name: fails at once, says where, and leaves nothing that looks whole",
    async ({ damage, message }) => {
      const project = await createPagilaProject();
      writeFileSync(project.dump.data, damage(readFileSync(project.dump.data, "utf8")));

      const failed = await run(project, loadId);

      expect(failed).toMatchObject({
        exitCode: 1,
        runState: "failed",
        states: {
          load_data_streaming: "failed",
          verify_counts: "upstream_failed",
          record_success: "upstream_failed",
          release_lock: "success",
        },
        tries: { load_data_streaming: 1 },
      });
      expect(failed.errors["load_data_streaming"]).toMatch(message);
      expect(failed.errors["load_data_streaming"]!.split("\n")).toHaveLength(1);
      expect(await audits(project)).toEqual([{ succeeded: false }]);
      expect(await heldLeases(project)).toBe(0);
      const [row] = await project.source.query("SELECT (SELECT count(*) FROM public.actor) AS actors");
      expect(row).toEqual({ actors: "0" });
    },
    limit,
  );
});

describe("two loads at once", () => {
  it(
    "one loads, the other is refused at once and names the first",
    async () => {
      const project = await createPagilaProject();
      // The first is held while it writes, until the second has come and gone.
      let [writes, letGo] = [() => {}, () => {}];
      const isWriting = new Promise<void>((resolve) => {
        writes = resolve;
      });
      const secondEnded = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const slow = await startProxy(project.source, {
        onRequest: (task) => {
          if (task !== "load_data_streaming") return "pass";
          writes();
          return secondEnded.then(() => "pass" as const);
        },
      });
      const first = run(project, loadId, { AIRFLOW_CONN_PAGILA_POSTGRES: slow });
      await isWriting;
      const second = await run(project, loadId).finally(letGo);

      expect(second).toMatchObject({
        runState: "failed",
        states: { acquire_lock: "failed" },
        tries: { acquire_lock: 1 },
      });
      expect(second.errors["acquire_lock"]).toMatch(/manual__/);
      expect((await first).runState).toBe("success");
      await expectLoaded(project);
    },
    limit,
  );
});

describe("kill -9", () => {
  it(
    "in the middle of a load: the next try loads everything, once",
    async () => {
      const project = await createPagilaProject();
      let kills = 0;
      const wire = await startProxy(project.source, {
        onRequest: (task, request) => {
          // The first large piece of COPY data.
          if (task === "load_data_streaming" && request.length > 10_000 && kills++ === 0) killTask(project.root, task);
          return "pass";
        },
      });
      const ended = await run(project, loadId, { AIRFLOW_CONN_PAGILA_POSTGRES: wire });
      expect(ended).toMatchObject({ runState: "success", tries: { load_data_streaming: 2 } });
      await expectLoaded(project);
    },
    limit,
  );

  it(
    "after the commit of a load but before its report: the next try finds the ledger row and loads nothing",
    async () => {
      const project = await createPagilaProject();
      let kills = 0;
      const wire = await startProxy(project.source, {
        onAnswer: (task, answer) => {
          if (task !== "load_data_streaming" || !saysCommitted(answer) || kills++ > 0) return "pass";
          killTask(project.root, task);
          return "hold";
        },
      });
      const ended = await run(project, loadId, { AIRFLOW_CONN_PAGILA_POSTGRES: wire });
      expect(kills).toBeGreaterThan(0);
      expect(ended).toMatchObject({ runState: "success", tries: { load_data_streaming: 2 } });
      await expectLoaded(project);
      const [row] = await project.source.query(
        "SELECT count(*) AS rows FROM dagwright.ledger WHERE task_id = 'load_data_streaming'",
      );
      expect(row).toEqual({ rows: "1" });
    },
    limit,
  );

  it(
    "in the middle of a copy, and after its commit: the target is right in the end",
    async () => {
      const project = await createPagilaProject();
      expect((await run(project, loadId)).runState).toBe("success");
      let kills = 0;
      const wire = await startProxy(project.target, {
        onRequest: (task, request) => {
          if (task === "copy_tables" && request.length > 10_000 && kills === 0) {
            kills++;
            killTask(project.root, task);
          }
          return "pass";
        },
        onAnswer: (task, answer) => {
          if (task !== "copy_tables" || kills !== 1 || !saysCommitted(answer)) return "pass";
          kills++;
          killTask(project.root, task);
          return "hold";
        },
      });
      const ended = await run(project, replicateId, { AIRFLOW_CONN_PAGILA_TGT: wire });
      expect(kills).toBe(2);
      expect(ended).toMatchObject({ runState: "success", tries: { copy_tables: 3 } });
      await expectReplicated(project);
    },
    limit,
  );
});

describe("a connection that is cut in the middle of a copy", () => {
  it(
    "leaves the target as it was before, and the next try mends it",
    async () => {
      const project = await createPagilaProject();
      expect((await run(project, loadId)).runState).toBe("success");
      expect((await run(project, replicateId)).runState).toBe("success");
      const before = await fingerprint(project.target);
      await project.source.query(
        "DELETE FROM public.rental WHERE rental_id IN (SELECT rental_id FROM public.rental LIMIT 0)",
      );
      await project.source.query("UPDATE public.actor SET first_name = lower(first_name)");

      const wire = await startProxy(project.target, {
        onRequest: (task, request) => (task === "copy_tables" && request.length > 10_000 ? "cut" : "pass"),
      });
      const failed = await run(project, replicateId, { AIRFLOW_CONN_PAGILA_TGT: wire });
      expect(failed).toMatchObject({ runState: "failed", tries: { copy_tables: 3 } });
      expect(failed.errors["copy_tables"]).toMatch(/connection/i);
      expect(await fingerprint(project.target)).toEqual(before);

      expect((await run(project, replicateId)).runState).toBe("success");
      await expectReplicated(project);
    },
    limit,
  );
});

describe("one clear message, and no retry where none can help", () => {
  const nowhere = "postgres://pagila:Secret-word-1@127.0.0.1:1/pagila";
  const cases: {
    name: string;
    prepare: (project: PagilaProject) => Record<string, string>;
    task: string;
    message: RegExp;
    tries: number;
  }[] = [
    {
      name: "wrong password",
      prepare: ({ source }) => ({ AIRFLOW_CONN_PAGILA_POSTGRES: source.uri.replace(/:[^:@]+@/, ":Wrong-word-1@") }),
      task: "skip_if_already_loaded",
      message: /password/i,
      tries: 1,
    },
    {
      name: "nothing listening",
      prepare: () => ({ AIRFLOW_CONN_PAGILA_POSTGRES: nowhere }),
      task: "skip_if_already_loaded",
      message: /127\.0\.0\.1:1\b/,
      tries: 3,
    },
    {
      name: "missing file",
      prepare: ({ dump }) => {
        rmSync(dump.data);
        return {};
      },
      task: "compute_hashes",
      message: /include\/pagila\/data\.sql/,
      tries: 1,
    },
    {
      name: "missing connection",
      prepare: () => ({ AIRFLOW_CONN_PAGILA_POSTGRES: "" }),
      task: "skip_if_already_loaded",
      message: /pagila_postgres.*AIRFLOW_CONN_PAGILA_POSTGRES/,
      tries: 1,
    },
  ];
  it.each(cases)(
    "$name",
    async ({ prepare, task, message, tries }) => {
      const project = await createPagilaProject();
      const failed = await run(project, loadId, prepare(project));
      expect(failed).toMatchObject({
        exitCode: 1,
        runState: "failed",
        states: { [task]: "failed" },
        tries: { [task]: tries },
      });
      expect(failed.errors[task]).toMatch(message);
      expect(failed.errors[task]!.split("\n")).toHaveLength(1);
      expect(failed.errors[task]).not.toMatch(/(Secret|Wrong)-word-1/);
    },
    limit,
  );
});

async function expectReplicated(project: PagilaProject): Promise<void> {
  const { "pagila_support.pagila_load_audit": _, ...source } = await fingerprint(project.source);
  expect(await fingerprint(project.target)).toMatchObject(source);
}
