import { createHash } from "node:crypto";
import pg from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { fingerprint } from "../../../quickstart/fingerprint.ts";
import type { Progress } from "../../../runtime/contract.ts";
import { Dag } from "../../../runtime/dag/dag.ts";
import { describe as describeDag } from "../../../runtime/dag/describe.ts";
import { variable } from "../../../runtime/dag/variable.ts";
import { loadSqlDump } from "../../../runtime/operators/load-sql-dump.ts";
import { lockKeyOf } from "../../../runtime/operators/restore/names.ts";
import { restorePostgres } from "../../../runtime/operators/restore-postgres.ts";
import { s3LatestObject } from "../../../runtime/operators/s3-latest-object.ts";
import { createDatabase, type TestDatabase } from "../../support/databases.ts";
import {
  createLogin,
  databasesLike,
  describeRestores,
  dumpBytes,
  restore,
  upload,
} from "../../support/restore-tasks.ts";
import { inTask } from "../../support/running-task.ts";
import { troubleOf } from "../../support/trouble.ts";
import { pagilaOrSample } from "../streams/dump-files.ts";

const content = `
  CREATE SCHEMA sales;
  CREATE TYPE sales.mood AS ENUM ('ok', 'bad');
  CREATE TABLE sales.customer (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, mood sales.mood);
  CREATE TABLE sales.orders (id int PRIMARY KEY, customer int REFERENCES sales.customer);
  INSERT INTO sales.customer (name, mood) SELECT 'customer ' || i, 'ok' FROM generate_series(1, 5000) i;
  INSERT INTO sales.orders SELECT i, i FROM generate_series(1, 5000) i;
  CREATE VIEW sales.names AS SELECT name FROM sales.customer;
`;
/** What an ordinary application's database has beside its content. */
const before = "CREATE TABLE before (a int)";

describeRestores("restorePostgres", () => {
  test.each([
    [16, 18, "custom"],
    [18, 18, "custom"],
    [18, 16, "custom"],
    [18, 18, "tar"],
    [17, 16, "custom"],
  ] as const)("restores an archive of pg_dump %i into a server of %i (%s)", async (dumped, server, format) => {
    const source = await createDatabase(16);
    await source.query(content);
    const bytes = await dumpBytes(source, { version: dumped, format });
    const target = await createDatabase(server);
    await target.query(before);
    const object = await upload(bytes);
    const progress: Progress[] = [];
    const result = await restore(object, target, { progress });
    expect(progress.at(-1)).toEqual({ table: expect.any(String), rows: null, bytes: bytes.length });
    expect(result).toEqual({
      key: object.key,
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      database: target.connection.schema,
      mode: "fresh",
      tables: 2,
      seconds: expect.any(Number),
      // pg_restore 18 sets transaction_timeout, which 16 does not know: it does no harm.
      warnings: server === 16 ? 1 : 0,
      kept: null,
    });
    const rows = "SELECT md5(string_agg(c::text, ',' ORDER BY id)) FROM sales.customer c";
    expect(await target.query(rows)).toEqual(await source.query(rows));
    expect(await target.query("SELECT count(*)::int AS count FROM sales.orders")).toEqual([{ count: 5000 }]);
    expect(await target.query("SELECT to_regclass('before') AS before")).toEqual([{ before: null }]);
    // Analyzed, so that its first readers do not find empty statistics.
    const statistics = "SELECT reltuples::int AS n FROM pg_class WHERE relname = 'orders'";
    expect(await target.query(statistics)).toEqual([{ n: 5000 }]);
    expect(await databasesLike(target)).toEqual([target.connection.schema]);
  });

  test.each([16, 18] as const)(
    "restores Pagila, whose functions and triggers are allowed by name (%i)",
    async (server) => {
      const source = await createDatabase(16, { id: "source" });
      const folder = await pagilaOrSample();
      for (const file of ["schema.sql", "data.sql"]) {
        await inTask({ connections: [source.connection] }, () =>
          loadSqlDump({ connection: "source", file: `${folder}/${file}` }).execute({}),
        );
      }
      const object = await upload(await dumpBytes(source));
      const target = await createDatabase(server);
      const result = await restore(object, target, { options: { allow: ["AGGREGATE", "FUNCTION", "TRIGGER"] } });
      expect(result).toMatchObject({ mode: "fresh", database: target.connection.schema });
      expect(await fingerprint(target)).toEqual(await fingerprint(source));
      const functions = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace";
      expect(await target.query(functions)).toEqual(await source.query(functions));
    },
  );

  test("the target's owner, settings, grants, comment, limit and locale are the same afterwards", async () => {
    const { target, object } = await pair();
    const { schema: name } = target.connection;
    const owner = await createLogin(target, "NOLOGIN");
    const reader = await createLogin(target, "NOLOGIN");
    await target.query(`
      ALTER DATABASE ${name} OWNER TO ${owner};
      ALTER DATABASE ${name} SET search_path TO sales, "$user", public;
      ALTER DATABASE ${name} SET work_mem TO '7MB';
      ALTER DATABASE ${name} SET my.setting TO 'it''s = "odd"';
      ALTER ROLE ${reader} IN DATABASE ${name} SET statement_timeout TO '9s';
      ALTER DATABASE ${name} CONNECTION LIMIT 33;
      REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
      GRANT CONNECT ON DATABASE ${name} TO ${reader} WITH GRANT OPTION;
      COMMENT ON DATABASE ${name} IS 'the staff''s';`);
    const likeness = async () => {
      const text = `SELECT pg_get_userbyid(datdba), datcollate, datctype, datlocprovider, encoding, datconnlimit, datacl::text,
          shobj_description(d.oid, 'pg_database'), (SELECT array_agg((setrole, setconfig)::text ORDER BY setrole)
          FROM pg_db_role_setting WHERE setdatabase = d.oid) FROM pg_database d WHERE datname = $1`;
      return target.query(text, [name]);
    };
    const expected = await likeness();
    await restore(object, target);
    expect(await likeness()).toEqual(expected);
    expect(await target.query("SHOW search_path")).toEqual([{ search_path: 'sales, "$user", public' }]);
  });

  test("sessions on the target are ended, and an application that always comes back does not hold the swap up", async () => {
    const { target, object } = await pair();
    const idle = await connect(target);
    const ended = new Promise<void>((resolve) => idle.once("end", resolve));
    const newcomers = keepConnecting(target);
    await restore(object, target);
    await ended;
    expect(await newcomers.stop()).toEqual({ times: expect.any(Number), refusals: [] });
    expect(await target.query("SELECT count(*)::int AS count FROM sales.orders")).toEqual([{ count: 5000 }]);
  });

  test("the old database is kept when asked for, under its name and the time", async () => {
    const { target, object } = await pair();
    const { kept } = await restore(object, target, { options: { keepOld: true } });
    onTestFinished(() => dropDatabase(target, kept!));
    expect(kept).toMatch(new RegExp(`^${target.connection.schema}_before_\\d{8}T\\d{6}$`));
    expect(await databasesLike(target)).toEqual([target.connection.schema, kept]);
    const old = await connect({ ...target, connection: { ...target.connection, schema: kept! } });
    expect((await old.query("SELECT to_regclass('before') AS before")).rows).toEqual([{ before: "before" }]);
    await old.end();
  });

  test("a target that does not exist yet is created", async () => {
    const { target, object } = await pair();
    const schema = `${target.connection.schema}_new`;
    const absent: TestDatabase = { ...target, connection: { ...target.connection, schema } };
    onTestFinished(() => dropDatabase(target, schema));
    expect(await restore(object, absent)).toMatchObject({ mode: "fresh", database: schema, kept: null });
    const session = await connect(absent);
    expect((await session.query("SELECT count(*)::int AS count FROM sales.orders")).rows).toEqual([{ count: 5000 }]);
    await session.end();
  });

  test.each([
    ["may not create databases", "LOGIN", true, "the login may not create databases (CREATEDB)"],
    ["does not own the target", "LOGIN CREATEDB", false, "the login does not own it, postgres does"],
  ])("a login that %s restores in place, which the log says", async (_, attributes, isOwner, reason) => {
    const { target, object } = await pair();
    const login = await createLogin(target, attributes);
    const { schema: name } = target.connection;
    await target.query(
      isOwner
        ? `ALTER DATABASE ${name} OWNER TO ${login}`
        : `GRANT ALL ON DATABASE ${name} TO ${login}; GRANT ALL ON SCHEMA public TO ${login}`,
    );
    const limited = { ...target, connection: { ...target.connection, login, password: `${login}-password` } };
    for (const [options, why] of [
      [{ inPlace: "never" }, 'inPlace is "never"'],
      [{ keepOld: true }, "keepOld is set"],
    ] as const) {
      const { trouble } = await troubleOf(restore(object, limited, { options }));
      const what = `no fresh database can take its place, and ${why}`;
      expect(trouble).toMatchObject({ what, found: reason, isRetryable: false });
    }
    expect(await target.query("SELECT to_regclass('sales.orders') AS orders")).toEqual([{ orders: null }]);
    const log = vi.spyOn(console, "log");
    const result = await restore(object, limited);
    // Nothing of the archive was there: the drops of --clean failed, each for an object that it then created.
    expect(result).toMatchObject({ mode: "in_place", kept: null });
    expect(result.warnings).toBeGreaterThan(3);
    expect(log.mock.calls.flat().join("\n")).toContain(`(${reason})`);
    // Once more, over what is there now.
    expect(await restore(object, limited)).toMatchObject({ mode: "in_place", warnings: 0 });
    expect(await target.query("SELECT count(*)::int AS count FROM sales.orders")).toEqual([{ count: 5000 }]);
    expect(await target.query("SELECT to_regclass('before')::text AS before")).toEqual([{ before: "before" }]);
  });

  test("a fresh database is none in place", async () => {
    const { target, object } = await pair();
    expect(await restore(object, target, { options: { inPlace: "never" } })).toMatchObject({ mode: "fresh" });
  });

  test("two restores in place do not meet either, where the target is all that the login reaches", async () => {
    const { target, object } = await pair();
    // Nobody renames the database that others are renamed from: nothing but its own session can hold the lock.
    const postgres = { ...target, connection: { ...target.connection, schema: "postgres" } };
    const holder = await connect(postgres);
    await holder.query("SELECT pg_advisory_lock($1::bigint)", [lockKeyOf("postgres")]);
    onTestFinished(async () => {
      await holder.query("DROP SCHEMA IF EXISTS sales CASCADE");
      await holder.end();
    });
    const { trouble } = await troubleOf(restore(object, postgres));
    expect(trouble).toMatchObject({ what: "another restore of this database is running" });
    expect((await holder.query("SELECT to_regnamespace('sales') AS sales")).rows).toEqual([{ sales: null }]);
    const never = await troubleOf(restore(object, postgres, { options: { inPlace: "never" } }));
    expect(never.trouble).toMatchObject({ found: "others are created and renamed from it", isRetryable: false });
  });

  test("what it tells of its progress adds up to the archive", async () => {
    const { target, object } = await pair();
    const progress: Progress[] = [];
    await restore(object, target, { progress });
    const bytesOf = new Map(progress.map(({ table, bytes }) => [table, bytes]));
    expect([...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0)).toBe(object.size);
  });

  test("in place when asked for", async () => {
    const { target, object } = await pair();
    expect(await restore(object, target, { options: { inPlace: true } })).toMatchObject({ mode: "in_place" });
    expect(await target.query("SELECT to_regclass('before')::text AS before")).toEqual([{ before: "before" }]);
  });

  test("the target's parts may be variables", async () => {
    const { target, object } = await pair();
    const { host, port, login, password, schema } = target.connection;
    const to = {
      host: variable("PG_HOST", { default: "nowhere" }),
      port: variable("PG_PORT"),
      user: "postgres",
      password: variable("PG_PASS"),
      database: variable("PG_DB"),
    };
    const variables = { PG_HOST: host!, PG_PORT: String(port), PG_PASS: password!, PG_DB: schema! };
    const result = await restore(object, target, { options: { to }, variables });
    expect(result).toMatchObject({ mode: "fresh", database: schema });
    expect(login).toBe("postgres");
    const told = async (more: Record<string, string>) =>
      (await troubleOf(restore(object, target, { options: { to }, variables: { ...variables, ...more } }))).message;
    expect(await told({ PG_PORT: "54x2" })).toMatch(/^the port is none \(variable PG_PORT\): "54x2"/);
    expect(await told({ PG_PASS: "canary-wrong" })).toMatch(/\(option to, .*:\d+\/postgres\)/);
  });

  test("two restores of one database do not meet", async () => {
    const { target, object } = await pair();
    const both = await Promise.allSettled([
      restore(object, target),
      restore(object, target, { context: { taskId: "b" } }),
    ]);
    const failed = both.filter(({ status }) => status === "rejected");
    expect(failed.length).toBeLessThanOrEqual(1);
    for (const { reason } of failed as PromiseRejectedResult[]) {
      expect(reason.trouble).toMatchObject({ what: "another restore of this database is running" });
    }
    expect(await databasesLike(target)).toEqual([target.connection.schema]);
  });
});

test("the model shows where a restore goes, by the names of variables, and what is allowed", () => {
  const dag = new Dag("d");
  const object = dag.run("find", s3LatestObject({ bucket: "b" }));
  const to = { host: "db", user: variable("U"), password: variable("P"), database: "d" };
  dag.run("restore", restorePostgres({ object, to, allow: ["FUNCTION"] }));
  const [, task] = describeDag(dag as never).tasks;
  expect(task).toMatchObject({
    operator: "restorePostgres",
    options: {
      to: { host: "db", user: { variable: "U" }, password: { variable: "P" }, database: "d" },
      allow: ["FUNCTION"],
    },
    variables: ["P", "U"],
  });
});

async function pair(): Promise<{ target: TestDatabase; object: Awaited<ReturnType<typeof upload>> }> {
  const source = await createDatabase(16);
  await source.query(content);
  const target = await createDatabase(18);
  await target.query(before);
  return { target, object: await upload(await dumpBytes(source)) };
}

async function connect({ connection }: TestDatabase): Promise<pg.Client> {
  const { host, port, login, password, schema } = connection;
  const client = new pg.Client({ host: host!, port: port!, user: login!, password: password!, database: schema! });
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function dropDatabase(server: TestDatabase, name: string): Promise<void> {
  const session = await connect({ ...server, connection: { ...server.connection, schema: "postgres" } });
  await session.query(`DROP DATABASE IF EXISTS ${session.escapeIdentifier(name)} WITH (FORCE)`);
  await session.end();
}

const justRenamed = "3D000";
const ended = "57P01";

/** An application that comes back at once when its session is ended. `stop` says how often it was let in, and how it was refused. */
function keepConnecting(target: TestDatabase): { stop(): Promise<{ times: number; refusals: unknown[] }> } {
  const refusals = new Set<unknown>();
  let isStopped = false;
  let times = 0;
  const done = (async () => {
    while (!isStopped) {
      const session = await connect(target).catch((error: { code?: string }) => error.code);
      // Asked for in the moment of the swap, the server says that it has just been renamed.
      if (typeof session !== "object") {
        refusals.add(session);
        continue;
      }
      times += 1;
      await session.query("SELECT pg_sleep(0.05)").catch(() => {});
      await session.end().catch(() => {});
    }
  })();
  return {
    stop: async () => {
      isStopped = true;
      await done;
      return { times, refusals: [...refusals].filter((code) => code !== justRenamed && code !== ended) };
    },
  };
}
