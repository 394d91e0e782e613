// A restore in a real task process of a built project: what it prints, leaves as XCom, and how it ends when it is told to.

import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { parseConnection } from "../../../runtime/connections/parse-connection.ts";
import { buildProject, createFolder } from "../../support/built-project.ts";
import { createDatabase, type TestDatabase } from "../../support/databases.ts";
import { startProxy } from "../../support/postgres-proxy.ts";
import { postgresBin } from "../../support/postgres-tools.ts";
import { isAlive } from "../../support/processes.ts";
import { databasesLike, describeRestores, dumpBytes, toolsWith, upload } from "../../support/restore-tasks.ts";
import { s3Connection } from "../../support/s3.ts";
import { startTaskProcess, type TaskProcess } from "../../support/task-process.ts";

const dags = `
  import { Dag, variable } from "dagwright";
  import { restorePostgres, s3LatestObject } from "dagwright/operators";
  const dag = new Dag("restores", { startDate: "2026-01-01" });
  const object = dag.run("find", s3LatestObject({ bucket: "any", connection: "s3" }));
  const to = {
    host: variable("HOST"), port: variable("PORT"), user: variable("LOGIN"), password: variable("WORD"), database: variable("DB"),
  };
  dag.run("restore", restorePostgres({ object, from: "s3", to }));
`;

describeRestores("a task that restores", () => {
  let build: string;
  beforeAll(async () => {
    const root = createFolder();
    mkdirSync(join(root, "dags"));
    writeFileSync(join(root, "dags", "restores.ts"), dags);
    build = await buildProject(root);
  });

  test("succeeds, and shows the password nowhere, whatever its variable's name is", async () => {
    const { target, word, start } = await prepare();
    const { exitCode, result, stdout, stderr } = await start(target.connection.port!).ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.any(String) });
    expect(result!.returnValue).toMatchObject({ mode: "fresh", tables: 1 });
    // A table of the archive is called like it: pg_restore's own words are masked, too.
    expect(stdout).toContain('processing data for table "public.***"');
    for (const shown of [stdout, stderr, JSON.stringify(result)]) expect(shown).not.toContain(word);
  });

  test("fails once and for all on a wrong password, which the message does not quote", async () => {
    const { target, start } = await prepare();
    const { exitCode, result, stderr, stdout } = await start(target.connection.port!, {
      AIRFLOW_VAR_WORD: "quite wrong",
    }).ended;
    expect({ exitCode, what: result!.error!.what }).toEqual({ exitCode: 98, what: "PostgreSQL refuses the login" });
    expect(stdout + stderr + JSON.stringify(result)).not.toContain("quite wrong");
  });

  test("told to end half-way, it leaves no tool, no fresh database and no file with the password", async () => {
    const { target, start } = await prepare();
    let onHeld = () => {};
    const held = new Promise<void>((resolve) => {
      onHeld = resolve;
    });
    const uri = await startProxy(target, {
      onRequest: (task, data) => {
        if (!/^restore .*\d$/.test(task) || !data.includes("COPY public.")) return "pass";
        onHeld();
        return "hold";
      },
    });
    const task = start(parseConnection("proxy", uri).port!);
    await held;
    const [pid] = toolsWith(target.connection.schema!);
    const file = /PGPASSFILE=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, "latin1"))![1]!;
    // As Airflow does: to the task's whole process group.
    process.kill(-task.child.pid!, "SIGTERM");
    expect(await task.ended).toMatchObject({ exitCode: 143 });
    expect(isAlive(pid!)).toBe(false);
    expect(() => readFileSync(file)).toThrow("ENOENT");
    expect(await databasesLike(target)).toEqual([target.connection.schema]);
    expect(await target.query("SELECT a FROM precious")).toEqual([{ a: 1 }]);
  });

  /** A login of the test's own, with a password that tells nothing about itself. */
  async function prepare(): Promise<{
    target: TestDatabase;
    word: string;
    start: (port: number, environment?: Record<string, string>) => TaskProcess;
  }> {
    const source = await createDatabase(16);
    const word = `horse-staple-${randomBytes(6).toString("hex")}`;
    await source.query(`CREATE TABLE "${word}" (id int); INSERT INTO "${word}" VALUES (1)`);
    const object = await upload(await dumpBytes(source));
    const target = await createDatabase(18);
    const { host, schema } = target.connection;
    const login = `login_${schema}`;
    await target.query(`CREATE ROLE ${login} LOGIN SUPERUSER PASSWORD '${word}'`);
    onTestFinished(async () => {
      await target.query(`REASSIGN OWNED BY ${login} TO postgres; DROP OWNED BY ${login}; DROP ROLE ${login}`);
    });
    await target.query("CREATE TABLE precious (a int); INSERT INTO precious VALUES (1)");
    const { extra, login: key, password } = s3Connection();
    const s3 = JSON.stringify({ conn_type: "aws", login: key, password, extra });
    const start = (port: number, environment: Record<string, string> = {}) =>
      startTaskProcess({
        build,
        dagId: "restores",
        taskId: "restore",
        document: {
          xcoms: { object },
          connections: ["s3"],
          variables: ["HOST", "PORT", "LOGIN", "WORD", "DB"],
          // As the model says.
          secretVariables: ["WORD"],
        },
        environment: {
          PATH: `${postgresBin(18)}:${process.env["PATH"]}`,
          AIRFLOW_CONN_S3: s3,
          AIRFLOW_VAR_HOST: host!,
          AIRFLOW_VAR_PORT: String(port),
          AIRFLOW_VAR_LOGIN: login,
          AIRFLOW_VAR_WORD: word,
          AIRFLOW_VAR_DB: schema!,
          ...environment,
        },
      });
    return { target, word, start };
  }
});
