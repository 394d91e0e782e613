// Under Airflow's own scheduler: a restore that is killed half-way is tried again, one that somebody ends leaves the old database whole. Neither leaves
// a tool or a database behind.

import { delimiter, join } from "node:path";
import { expect, inject, it } from "vitest";
import { airflowVersions, describeWithPython } from "../support/airflow.ts";
import { startAirflow } from "../support/airflow-scheduler.ts";
import { buildProject, copyFixture } from "../support/built-project.ts";
import { createDatabase, type TestDatabase } from "../support/databases.ts";
import { startProxy } from "../support/postgres-proxy.ts";
import { postgresBin } from "../support/postgres-tools.ts";
import { parentOf, waitUntil } from "../support/processes.ts";
import { databasesLike, describeRestores, dumpBytes, toolsWith } from "../support/restore-tasks.ts";
import { createBucket } from "../support/s3.ts";

const dagId = "restored_by_hand";
const confirmed = { confirm: dagId };

for (const version of airflowVersions) {
  describeRestores(`restores under Airflow ${version}`, () => {
    describeWithPython("with its scheduler", () => {
      it("are killed and tried again, ended and cleared; without confirmation they touch nothing", async () => {
        const bucket = await createBucket();
        await bucket.put("first", await dumpOf(1000));
        const dags = join(await buildProject(copyFixture("airflow-restore")), "dags");
        const target = await createTarget();
        const { uri, holdNext, isHeld, letGo } = await holdable(target);
        const airflow = await startAirflow(version, dags, [dagId], {
          PATH: [postgresBin(18), process.env["PATH"]].join(delimiter),
          AIRFLOW_VAR_BUCKET: bucket.name,
          AIRFLOW_CONN_WAREHOUSE: uri,
          AIRFLOW_CONN_BACKUPS: inject("s3"),
        });
        try {
          const start = async (conf: object) => ({
            dagId,
            runId: await airflow.trigger(dagId, conf),
            taskId: "restore",
          });
          const begin = async () => {
            holdNext();
            const task = await start(confirmed);
            await waitUntil(isHeld, 90_000);
            const [tool] = toolsWith(target.connection.schema!);
            return { task, node: parentOf(tool!) };
          };
          const nothingLeft = () => waitUntil(() => toolsWith(target.connection.schema!).length === 0, 30_000);

          for (const conf of [{}, { confirm: "another_dag" }]) {
            await expect(start(conf)).rejects.toThrow(/400 .*Invalid input for param confirm/);
          }

          const ended = await begin();
          await airflow.markFailed(ended.task);
          await nothingLeft();
          letGo();
          await airflow.waitForRun(ended.task, ["failed"]);
          expect(await contentOf(target)).toBe("old");
          await untilAlone(target);
          await airflow.clear(ended.task);
          expect(await airflow.waitFor(ended.task, ["success", "failed"], 2)).toBe("success");
          expect(await contentOf(target)).toBe("new 1000");
          await untilAlone(target);

          await bucket.put("newer", await dumpOf(2000));
          const killed = await begin();
          process.kill(killed.node, "SIGKILL");
          await nothingLeft();
          expect(await contentOf(target)).toBe("new 1000");
          letGo();
          expect(await airflow.waitFor(killed.task, ["success", "failed"], 2), airflow.log().slice(-5_000)).toBe(
            "success",
          );
          expect(await contentOf(target)).toBe("new 2000");
          await untilAlone(target);
        } finally {
          await airflow.stop();
        }
      }, 400_000);
    });
  });
}

async function dumpOf(rows: number): Promise<Buffer> {
  const source = await createDatabase(18);
  await source.query(`CREATE TABLE public.loan AS SELECT i AS id FROM generate_series(1, ${rows}) i`);
  return dumpBytes(source);
}

async function createTarget(): Promise<TestDatabase> {
  const target = await createDatabase(18, { id: "warehouse" });
  await target.query("CREATE TABLE public.precious (id int)");
  return target;
}

async function contentOf(target: TestDatabase): Promise<string> {
  const [tables] = await target.query("SELECT to_regclass('precious') AS old, to_regclass('loan') AS new");
  if (tables!["old"] !== null) return tables!["new"] === null ? "old" : "both";
  const [loans] = await target.query("SELECT count(*)::int AS n FROM loan");
  return `new ${loans!["n"]}`;
}

/** Sessions of what was killed may hold its database for moments. */
async function untilAlone(target: TestDatabase): Promise<void> {
  await expect.poll(() => databasesLike(target), { timeout: 30_000 }).toEqual([target.connection.schema]);
}

/** A way to the target on which pg_restore's first COPY can be held: the server never hears of it. */
async function holdable(target: TestDatabase) {
  let state: "pass" | "hold" | "held" = "pass";
  const uri = await startProxy(target, {
    onRequest: (task, data) => {
      if (state !== "hold" || !/^restore .*\d$/.test(task) || !data.includes("COPY public.")) return "pass";
      state = "held";
      return "hold";
    },
  });
  return {
    uri,
    holdNext: () => {
      state = "hold";
    },
    isHeld: () => state === "held",
    letGo: () => {
      state = "pass";
    },
  };
}
