import { expect, onTestFinished, test, vi } from "vitest";
import { parseConnection } from "../../../runtime/connections/parse-connection.ts";
import { namesFor } from "../../../runtime/operators/restore/names.ts";
import { createDatabase, type TestDatabase } from "../../support/databases.ts";
import { type ProxyRules, saysCommitted, startProxy } from "../../support/postgres-proxy.ts";
import {
  createLogin,
  databasesLike,
  describeRestores,
  dumpBytes,
  restore,
  upload,
} from "../../support/restore-tasks.ts";

describeRestores("the database that takes the target's place", () => {
  test("a setting that holds statements is carried over as a setting", async () => {
    const { target, object } = await pair();
    const { schema: name } = target.connection;
    const role = await createLogin(target, "NOLOGIN");
    const pwned = `pwned_${name}`;
    onTestFinished(async () => void (await target.query(`DROP ROLE IF EXISTS ${pwned}`)));
    await target.query(`
      SELECT set_config('search_path', 'Public, "A b;""," , x;create/**/role/**/${pwned}', false);
      ALTER ROLE ${role} IN DATABASE ${name} SET search_path FROM CURRENT;
      SET search_path = '';
      ALTER DATABASE ${name} SET search_path FROM CURRENT`);
    await restore(object, target);
    expect(await target.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [pwned])).toEqual([]);
    const settings = `SELECT unnest(setconfig) AS setting FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
      WHERE d.datname = $1 ORDER BY setrole`;
    expect(await target.query(settings, [name])).toEqual([
      { setting: 'search_path=""' },
      { setting: `search_path=public, "A b;"",", "x;create/**/role/**/${pwned}"` },
    ]);
  });

  test("is closed to everybody else until it has the target's grants", async () => {
    const { target, object } = await pair();
    const stranger = await createLogin(target, "LOGIN");
    const mayConnect =
      "SELECT has_database_privilege($1, $2, 'CONNECT') OR has_database_privilege($1, $2, 'TEMP') AS may";
    const { fresh } = namesOf(target);
    const asked: Promise<{ may: boolean }[]>[] = [];
    const proxied = await through(target, {
      onRequest: (task, data) => {
        if (isTool(task) && data.includes("COPY public.")) asked.push(target.query(mayConnect, [stranger, fresh]));
        return "pass";
      },
    });
    await restore(object, proxied);
    expect(await Promise.all(asked)).toEqual([[{ may: false }]]);
    expect(await target.query(mayConnect, [stranger, target.connection.schema])).toEqual([{ may: true }]);
  });

  test("is a template with no connections allowed, as the target was, run after run", async () => {
    const { target, object } = await pair();
    const { schema: name } = target.connection;
    onTestFinished(async () => void (await target.query(`ALTER DATABASE ${name} IS_TEMPLATE false`)));
    await target.query(`ALTER DATABASE ${name} IS_TEMPLATE true CONNECTION LIMIT 0`);
    for (let run = 0; run < 2; run += 1) {
      expect(await restore(object, target)).toMatchObject({ mode: "fresh" });
      expect(await databasesLike(target)).toEqual([name]);
      const kind = "SELECT datistemplate, datconnlimit FROM pg_database WHERE datname = $1";
      expect(await target.query(kind, [name])).toEqual([{ datistemplate: true, datconnlimit: 0 }]);
    }
  });

  test("what is to be kept outlives a try that is cut behind the swap", async () => {
    const { target, object } = await pair();
    let isSwapped = false;
    const proxied = await through(target, {
      onAnswer: (task, data) => {
        if (!isTool(task) && saysCommitted(data)) isSwapped = true;
        return "pass";
      },
      onRequest: (task, data) => (isSwapped && !isTool(task) && data.includes("ALTER DATABASE") ? "cut" : "pass"),
    });
    await restore(object, proxied, { options: { keepOld: true } });
    await expectKept(target);
    await restore(object, target);
    await expectKept(target);
  });

  test.each([true, false])("a commit whose answer is lost is told as it is (keepOld: %s)", async (keepOld) => {
    const { target, object } = await pair();
    const proxied = await through(target, {
      onAnswer: (task, data) => (!isTool(task) && saysCommitted(data) ? "cut" : "pass"),
    });
    const shown = [vi.spyOn(console, "log"), vi.spyOn(console, "error")];
    await expect(restore(object, proxied, { options: { keepOld } })).rejects.toThrow();
    const all = shown.flatMap((spy) => spy.mock.calls.flat()).join("\n");
    expect(all).toContain(`${target.connection.schema} holds the restored data`);
    expect(all).not.toContain("is as it was");
    await expectNew(target);
    await restore(object, target, { options: { keepOld: false } });
    if (keepOld) await expectKept(target);
    else expect(await databasesLike(target)).toEqual([target.connection.schema]);
  });
});

async function pair(): Promise<{ target: TestDatabase; object: Awaited<ReturnType<typeof upload>> }> {
  const source = await createDatabase(16);
  await source.query("CREATE TABLE public.notes (id int); INSERT INTO notes VALUES (1)");
  const target = await createDatabase(18);
  await target.query("CREATE TABLE precious (a int); INSERT INTO precious VALUES (1)");
  return { target, object: await upload(await dumpBytes(source)) };
}

async function expectNew(target: TestDatabase): Promise<void> {
  expect(await target.query("SELECT id FROM public.notes")).toEqual([{ id: 1 }]);
}

/** The target is the restored one; beside it is one other, with what was there before. */
async function expectKept(target: TestDatabase): Promise<void> {
  const { schema } = target.connection;
  await expectNew(target);
  const [, kept, ...more] = await databasesLike(target);
  expect(more).toEqual([]);
  expect(kept).toMatch(new RegExp(`^${schema}_before_\\d{8}T\\d{6}$`));
  onTestFinished(async () => {
    const server = await createDatabase(18);
    await server.query(`DROP DATABASE IF EXISTS ${kept} WITH (FORCE)`);
  });
}

function namesOf(target: TestDatabase) {
  return namesFor(target.connection.schema!, { dagId: "test_dag", taskId: "test_task", mapIndex: -1 });
}

/** pg_restore's own sessions carry a number behind the task's name. */
function isTool(task: string): boolean {
  return /^test_task .*\d$/.test(task);
}

async function through(target: TestDatabase, rules: ProxyRules): Promise<TestDatabase> {
  const uri = await startProxy(target, rules);
  return { ...target, connection: parseConnection(target.connection.id, uri) };
}
