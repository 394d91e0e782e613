import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { parseConnection } from "../../../runtime/connections/parse-connection.ts";
import { namesFor } from "../../../runtime/operators/restore/names.ts";
import { createDatabase, type TestDatabase } from "../../support/databases.ts";
import { type ProxyRules, startProxy } from "../../support/postgres-proxy.ts";
import { isAlive, waitUntil } from "../../support/processes.ts";
import { restoreInChild } from "../../support/restore-postgres-child.ts";
import {
  databasesLike,
  describeRestores,
  dumpBytes,
  type RestoreTaskRun,
  restore,
  toolsWith,
  upload,
} from "../../support/restore-tasks.ts";
import { s3Connection, s3Url } from "../../support/s3.ts";
import { troubleOf } from "../../support/trouble.ts";
import { startWire } from "../../support/wire.ts";

/** A few MB, in an archive of about the same size: rows that do not compress. */
const content = `
  CREATE TABLE public.early (id int PRIMARY KEY);
  INSERT INTO public.early SELECT generate_series(1, 1000);
  CREATE TABLE public.notes (id int PRIMARY KEY, body text);
  INSERT INTO public.notes SELECT i, (SELECT string_agg(md5(random()::text || i || j), '') FROM generate_series(1, 20) j)
    FROM generate_series(1, 6000) i;`;

describeRestores("a restore that fails leaves the old database whole, and nothing of its own:", () => {
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ["the archive is cut off half-way", (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2))],
    ["the archive is cut off by its last byte", (bytes) => bytes.subarray(0, -1)],
    ["the archive is damaged in the middle", damage],
  ])("%s", async (_, change) => {
    const { target, bytes } = await prepare();
    const { trouble } = await troubleOf(restore(await upload(change(bytes)), target));
    expect(trouble).toMatchObject({
      what: "the archive is damaged or cut off, or does not fit the server",
      where: expect.stringMatching(/^s3:.* into connection test_postgres, /),
      remedy: expect.stringMatching(/^test_\w+ is as it was\. Make the dump again, or take an older one$/),
      isRetryable: false,
    });
    await expectOld(target);
  });

  test("the server refuses a statement: all of them are counted, the first ones shown", async () => {
    const source = await createDatabase(18);
    await source.query("CREATE TABLE public.early (id int, twice int GENERATED ALWAYS AS (id * 2) VIRTUAL)");
    await source.query("INSERT INTO public.early VALUES (1)");
    const target = await createTarget(16);
    const { trouble } = await troubleOf(restore(await upload(await dumpBytes(source)), target));
    expect(trouble.what).toBe("the restore had errors");
    expect(trouble.found).toMatch(/^\d errors: .*syntax error at or near .*\(at \d+; 1259 \d+ TABLE early postgres\)/);
    expect(trouble.isRetryable).toBe(false);
    await expectOld(target);
  });

  test("rows that the server refuses do not get into messages or logs", async () => {
    const source = await createDatabase(16);
    await source.query(
      "CREATE TABLE notes (id int PRIMARY KEY, body text CHECK (length(body) < 60)); INSERT INTO notes VALUES (7, 'my secret row')",
    );
    const bytes = await dumpBytes(source, { args: ["--compress=0"] });
    const forged = Buffer.from(bytes);
    // The row breaks its own table's rules by now, as one may that was dumped from a damaged database.
    forged.write("x\tmy secret row", bytes.lastIndexOf("7\tmy secret row"));
    const target = await createTarget();
    const shown = [vi.spyOn(console, "log"), vi.spyOn(console, "error")];
    const error = await restore(await upload(forged), target).catch((reason: Error) => reason);
    expect(String(error)).toContain("notes");
    const all = [String(error), ...shown.flatMap((spy) => spy.mock.calls.flat())].join("\n");
    expect(all).toContain("COPY failed");
    expect(all).not.toContain("my secret row");
    expect(all).not.toContain('"x"');
    await expectOld(target);
  });

  test("the connection to PostgreSQL is cut half-way", async () => {
    const { target, bytes } = await prepare();
    let passed = 0;
    const proxied = await through(target, {
      onRequest: (task, data) => {
        if (isTool(task)) passed += data.length;
        return passed > 500_000 && isTool(task) ? "cut" : "pass";
      },
    });
    const { trouble } = await troubleOf(restore(await upload(bytes), proxied));
    expect(trouble).toMatchObject({ what: "the connection to PostgreSQL was cut", isRetryable: true });
    await expectOld(target);
  });

  test("the connection to S3 is cut once: the restore goes on", async () => {
    const { target, bytes } = await prepare();
    const wire = await cutS3("once");
    expect(await restore(await upload(bytes), target, wire.run)).toMatchObject({ mode: "fresh", bytes: bytes.length });
    expect(wire.cuts()).toBe(1);
    await expectNew(target);
  });

  test("S3 is gone half-way, for good: the next try may help", async () => {
    const { target, bytes } = await prepare();
    const wire = await cutS3("for good");
    const { trouble } = await troubleOf(restore(await upload(bytes), target, wire.run));
    expect(wire.cuts()).toBeGreaterThan(1);
    expect(trouble.isRetryable).not.toBe(false);
    await expectOld(target);
  });

  test("an object that is not the one that was found", async () => {
    const { target, bytes } = await prepare();
    const object = await upload(bytes);
    const { trouble } = await troubleOf(restore({ ...object, etag: "0123456789abcdef0123456789abcdef" }, target));
    expect(trouble.isRetryable).toBe(false);
    await expectOld(target);
  });

  test("cancelled: the tool is gone, the fresh database is dropped; and no secret was to be seen while it ran", async () => {
    const { target, bytes } = await prepare();
    const { held, proxied } = await holdAtCopy(target);
    const canary = "canary/S3cret:pass\\word";
    const login = await createCanary(target, canary);
    const connection = { ...proxied.connection, login, password: canary };
    const shown = [vi.spyOn(console, "log"), vi.spyOn(console, "error")];
    const controller = new AbortController();
    const work = restore(await upload(bytes), { ...proxied, connection }, { context: { signal: controller.signal } });
    const failed = work.catch((error: unknown) => error);
    await held;
    const [pid] = toolsWith(target.connection.schema!);
    const passwordFile = passwordFileOf(pid!);
    expect(readFileSync(passwordFile, "utf8")).toBe("*:*:*:*:canary/S3cret\\:pass\\\\word\n");
    expect(statSync(passwordFile).mode & 0o777).toBe(0o600);
    for (const file of ["cmdline", "environ"])
      expect(readFileSync(`/proc/${pid}/${file}`, "latin1")).not.toContain("S3cret");
    const reason = new Error("the task was cancelled");
    controller.abort(reason);
    expect(await failed).toBe(reason);
    expect(isAlive(pid!)).toBe(false);
    expect(existsSync(passwordFile)).toBe(false);
    expect(shown.flatMap((spy) => spy.mock.calls.flat()).join("\n")).not.toContain("S3cret");
    await expectOld(target);
  });

  test("killed with -9 half-way: the tool does not live on, the old database is whole, and the next try drops the leftovers", async () => {
    const { target, bytes } = await prepare();
    const object = await upload(bytes);
    const { held, proxied } = await holdAtCopy(target);
    const { child, done } = restoreInChild(object, proxied.connection, s3Connection());
    const failed = done.catch((error: Error) => error);
    await held;
    const [pid] = toolsWith(target.connection.schema!);
    expect(await databasesLike(target)).toEqual([target.connection.schema, freshOf(target)].sort());
    const passwordFile = passwordFileOf(pid!);
    expect(readFileSync(passwordFile, "utf8")).toContain(target.connection.password);
    child.kill("SIGKILL");
    expect(await failed).toBeInstanceOf(Error);
    await waitUntil(() => !isAlive(pid!), 30_000);
    await waitUntil(() => !existsSync(passwordFile), 30_000);
    expect(await target.query("SELECT a FROM precious")).toEqual([{ a: 1 }]);
    const result = await restore(object, target);
    expect(result).toMatchObject({ mode: "fresh", bytes: bytes.length });
    await expectNew(target);
  });
});

describeRestores("a try that was cut at the swap is brought into order by the next one:", () => {
  test.each<[string, readonly ("target" | "fresh" | "old")[]]>([
    ["before it: the fresh database is dropped", ["target", "fresh"]],
    ["between the two renames: the old one gets its name back", ["fresh", "old"]],
    ["with nothing but the old one left", ["old"]],
    ["behind it: the old one is dropped", ["target", "old"]],
  ])("%s", async (_, exists) => {
    const { target, bytes } = await prepare();
    await arrange(target, exists);
    // What it finds first is the old content again, whatever happens to the restore.
    const broken = await upload(bytes.subarray(0, -1));
    await troubleOf(restore(broken, target));
    await expectOld(target);
    await restore(await upload(bytes), target);
    await expectNew(target);
  });

  test("somebody has made a database by the target's name since: nothing is touched", async () => {
    const { target, bytes } = await prepare();
    await arrange(target, ["target", "fresh", "old"]);
    const { trouble } = await troubleOf(restore(await upload(bytes), target));
    const names = namesOf(target);
    expect(trouble).toMatchObject({
      found: `${names.old} holds the former data, ${names.fresh} the restored ones`,
      isRetryable: false,
    });
    expect(await databasesLike(target)).toEqual([names.target, names.fresh, names.old].sort());
  });

  test("another task's leftovers are not touched", async () => {
    const { target, bytes } = await prepare();
    const { fresh } = namesFor(target.connection.schema!, { dagId: "other", taskId: "test_task", mapIndex: -1 });
    await createBeside(target, fresh);
    await restore(await upload(bytes), target);
    expect(await databasesLike(target)).toEqual([target.connection.schema, fresh]);
  });
});

async function prepare(): Promise<{ target: TestDatabase; bytes: Buffer }> {
  const source = await createDatabase(16);
  await source.query(content);
  return { target: await createTarget(), bytes: await dumpBytes(source) };
}

async function createTarget(version: 16 | 18 = 18): Promise<TestDatabase> {
  const target = await createDatabase(version);
  await target.query("CREATE TABLE precious (a int); INSERT INTO precious VALUES (1)");
  return target;
}

async function expectOld(target: TestDatabase): Promise<void> {
  expect(await target.query("SELECT a FROM precious")).toEqual([{ a: 1 }]);
  expect(await target.query("SELECT to_regclass('early') AS early")).toEqual([{ early: null }]);
  expect(await databasesLike(target)).toEqual([target.connection.schema]);
  expect(toolsWith(target.connection.schema!)).toEqual([]);
}

async function expectNew(target: TestDatabase): Promise<void> {
  expect(await target.query("SELECT count(*)::int AS n FROM notes")).toEqual([{ n: 6000 }]);
  expect(await target.query("SELECT to_regclass('precious') AS precious")).toEqual([{ precious: null }]);
  expect(await databasesLike(target)).toEqual([target.connection.schema]);
}

/** A way to S3 that is cut behind what the pre-flight reads of an archive. */
async function cutS3(when: "once" | "for good"): Promise<{ run: RestoreTaskRun; cuts(): number }> {
  const { hostname, port } = new URL(s3Url());
  let cuts = 0;
  const wire = await startWire({ host: hostname, port: Number(port) }, () => {
    let passed = 0;
    return {
      onAnswer: (data) => {
        passed += data.length;
        const isDue = cuts === 0 ? passed > 1_000_000 : when === "for good";
        if (isDue) cuts += 1;
        return isDue ? "cut" : "pass";
      },
    };
  });
  const from = s3Connection("cut_s3", `http://127.0.0.1:${wire.port}`);
  return { run: { connections: [from], options: { from: from.id } }, cuts: () => cuts };
}

function damage(bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes);
  damaged.fill(0xff, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 64);
  return damaged;
}

/** pg_restore's own sessions carry a number behind the task's name. */
function isTool(task: string): boolean {
  return /^test_task .*\d$/.test(task);
}

async function through(target: TestDatabase, rules: ProxyRules): Promise<TestDatabase> {
  const uri = await startProxy(target, rules);
  return { ...target, connection: parseConnection(target.connection.id, uri) };
}

/** pg_restore stops at its first COPY: the server never hears of it. */
async function holdAtCopy(target: TestDatabase): Promise<{ held: Promise<void>; proxied: TestDatabase }> {
  let onHeld = () => {};
  const held = new Promise<void>((resolve) => {
    onHeld = resolve;
  });
  const proxied = await through(target, {
    onRequest: (task, data) => {
      if (!isTool(task) || !data.includes("COPY public.")) return "pass";
      onHeld();
      return "hold";
    },
  });
  return { held, proxied };
}

function passwordFileOf(pid: number): string {
  return /PGPASSFILE=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, "latin1"))![1]!;
}

async function createCanary(target: TestDatabase, password: string): Promise<string> {
  const name = `canary_${target.connection.schema}`;
  await target.query(`CREATE ROLE ${name} LOGIN SUPERUSER PASSWORD '${password}'`);
  onTestFinished(async () => void (await target.query(`DROP ROLE ${name}`)));
  return name;
}

function namesOf(target: TestDatabase) {
  return namesFor(target.connection.schema!, { dagId: "test_dag", taskId: "test_task", mapIndex: -1 });
}

function freshOf(target: TestDatabase): string {
  return namesOf(target).fresh;
}

/** The databases of a cut try, as they would be: which of them there are. */
async function arrange(target: TestDatabase, exists: readonly ("target" | "fresh" | "old")[]): Promise<void> {
  const names = namesOf(target);
  const server = await createDatabase(18);
  if (!exists.includes("target")) await server.query(`ALTER DATABASE ${names.target} RENAME TO ${names.old}`);
  if (exists.includes("fresh")) await createBeside(server, names.fresh);
  if (exists.includes("old") && exists.includes("target")) await createBeside(server, names.old);
}

async function createBeside(server: TestDatabase, name: string): Promise<void> {
  await server.query(`CREATE DATABASE ${name}`);
  onTestFinished(async () => void (await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)));
}
