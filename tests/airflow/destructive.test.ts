// A destructive DAG in real Airflow, from its generated Python: triggered without confirmation, by a backfill, and by a person.

import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { loadSqlite } from "../../runtime/store/sqlite.ts";
import { airflowVersions, createAirflowHome, describeWithPython } from "../support/airflow.ts";
import { buildProject, createFolder } from "../support/built-project.ts";
import { writeFiles } from "../support/live-project.ts";

const source = `import { appendFileSync } from "node:fs";
import { Dag, projectPath } from "dagwright";
const dag = new Dag("wipe", { startDate: "2024-01-01", tags: ["t"], destructive: true, maxActiveRuns: 1, defaultArgs: { retries: 2 } });
dag.task("wipe_all", () => appendFileSync(projectPath("wiped"), "x"), { idempotent: true })();
`;

const others = `
import pendulum
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG

for dag_id, conf in (("unconfirmed", {}), ("confirmed", {"confirm": "wipe"})):
    with DAG(dag_id, schedule=None, start_date=pendulum.datetime(2024, 1, 1)):
        TriggerDagRunOperator(task_id="trigger", trigger_dag_id="wipe", conf=conf)
`;

function runTypesOf(home: string, dagId: string): string[] {
  const database = new (loadSqlite())(join(home, "airflow.db"), { readonly: true });
  try {
    const rows = database.prepare("SELECT run_type FROM dag_run WHERE dag_id = ?").all(dagId);
    return (rows as { run_type: string }[]).map(({ run_type }) => run_type);
  } finally {
    database.close();
  }
}

let dags: string;
beforeAll(async () => {
  const root = createFolder();
  writeFiles(root, { "dags/wipe.ts": source, "package.json": '{ "type": "module" }' });
  dags = join(await buildProject(root), "dags");
});

it("its Python says so", () => {
  const python = readFileSync(join(dags, "wipe.py"), "utf8");
  expect(python).toMatch(/schedule=None/);
  expect(python).toMatch(/max_active_runs=1/);
  expect(python).toMatch(/"confirm": Param\(/);
  expect(python).toMatch(/pattern="\^wipe\$"/);
});

describeWithPython("a destructive DAG", () => {
  it.each(airflowVersions)(
    "%s: neither an unconfirmed trigger nor a backfill creates a run; a confirmed one does",
    async (version) => {
      const airflow = createAirflowHome(version, dags);
      expect((await airflow.airflow("dags", "reserialize")).exitCode).toBe(0);

      const unconfirmed = await airflow.airflow("dags", "trigger", "wipe");
      expect(unconfirmed.exitCode).not.toBe(0);
      expect(unconfirmed.output).toMatch(/ParamValidationError|Invalid input for param confirm|No value passed/);
      const another = await airflow.airflow("dags", "trigger", "wipe", "--conf", '{"confirm": "wipe_not"}');
      expect(another.exitCode).not.toBe(0);
      expect(another.output).toMatch(/Invalid input for param confirm/);

      const dates = ["--from-date", "2026-01-01", "--to-date", "2026-01-02"];
      const backfill = await airflow.airflow("backfill", "create", "--dag-id", "wipe", ...dates);
      expect(backfill.output).toMatch(/DagNoScheduleException|DagNonPeriodicScheduleException/);
      expect(airflow.readRun("wipe").runState).toBe(null);

      const confirmed = await airflow.airflow("dags", "trigger", "wipe", "--conf", '{"confirm": "wipe"}');
      expect(confirmed).toMatchObject({ exitCode: 0 });
      expect(airflow.readRun("wipe").runState).toBe("queued");
      expect(existsSync(join(airflow.home, "wiped"))).toBe(false);
    },
    300_000,
  );

  it.each(airflowVersions)(
    "%s: another DAG's trigger is refused without confirmation, and told from a person's where Airflow does",
    async (version) => {
      const folder = createFolder();
      cpSync(dags, folder, { recursive: true });
      writeFiles(folder, { "others.py": others });
      const airflow = createAirflowHome(version, folder);
      expect((await airflow.airflow("dags", "reserialize")).exitCode).toBe(0);
      expect((await airflow.dagsTest("unconfirmed")).states).toEqual({ trigger: "failed" });
      expect(runTypesOf(airflow.home, "wipe")).toEqual([]);
      expect((await airflow.dagsTest("confirmed")).states).toEqual({ trigger: "success" });
      // A type that the task process refuses; before 3.3 nobody can tell.
      const isTold = Number(version.slice(0, 3)) >= 3.3;
      expect(runTypesOf(airflow.home, "wipe")).toEqual([isTold ? "operator_triggered" : "manual"]);
    },
    300_000,
  );

  it.each(airflowVersions)(
    "%s: runs once it is confirmed",
    async (version) => {
      const airflow = createAirflowHome(version, dags);
      const unconfirmed = await airflow.dagsTest("wipe");
      expect([unconfirmed.exitCode === 0, existsSync(join(airflow.home, "wiped"))]).toEqual([false, false]);
      const confirmed = await airflow.dagsTest("wipe", "--conf", '{"confirm": "wipe"}');
      expect(confirmed.states).toEqual({ wipe_all: "success" });
      expect(readFileSync(join(airflow.home, "wiped"), "utf8")).toBe("x");
    },
    300_000,
  );
});
