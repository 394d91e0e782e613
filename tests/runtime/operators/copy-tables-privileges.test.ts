import { randomBytes } from "node:crypto";
import pg from "pg";
import { describe, expect, it, vi } from "vitest";
import { fingerprint } from "../../../quickstart/fingerprint.ts";
import { copy, createPair, rulesOf } from "../../support/copy-tasks.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { acquire, leaseKey, lockOn } from "../../support/lease-tasks.ts";
import { troubleOf } from "../../support/trouble.ts";

const schema = `CREATE TABLE a (id serial PRIMARY KEY, words tsvector, note text); CREATE TABLE b (id integer REFERENCES a (id));
  ALTER TABLE a ADD next integer REFERENCES a (id);
  CREATE TRIGGER fill BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger('words', 'pg_catalog.english', 'note');
  CREATE MATERIALIZED VIEW sums AS SELECT count(*) AS rows FROM a`;
const rows = "INSERT INTO a (note) VALUES ('x'), ('y'); INSERT INTO b VALUES (1); REFRESH MATERIALIZED VIEW sums";

it("a reader of the source and an owner of the target's tables can copy, under a lease; neither is a superuser", async () => {
  const [source, target] = await createPair(16, 18);
  const reader = await asRole(
    source,
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO %R; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO %R",
    {
      before: `${schema}; ${rows}`,
    },
  );
  const owner = await asRole(target, "GRANT ALL ON SCHEMA public TO %R; GRANT CREATE ON DATABASE %D TO %R");
  await owner.query(schema);
  const lease = await acquire(owner, "run_a", leaseKey);
  const run = { context: { runId: "run_a" }, inputs: { lease } };
  await copy(reader, owner, { under: lockOn("target") }, run);
  expect(await fingerprint(target)).toEqual(await fingerprint(source));
});

it("a writer that does not own the target's tables is told so, and nothing is written", async () => {
  const [source, target] = await createPair(18, 16);
  await source.query(`${schema}; ${rows}`);
  const writer = await asRole(target, "GRANT ALL ON ALL TABLES IN SCHEMA public TO %R", { before: schema });
  const error = await troubleOf(copy(source, writer));
  expect(error.trouble).toMatchObject({
    what: "permission denied",
    where: "connection target",
    isRetryable: false,
  });
  expect(error.message).toContain("must be owner of");
});

describe("a login that may write tables", () => {
  const tables =
    "CREATE TABLE first (id integer PRIMARY KEY); CREATE TABLE second (id integer CONSTRAINT key REFERENCES first)";
  const write = "GRANT SELECT, INSERT, TRUNCATE ON ALL TABLES IN SCHEMA public TO %R";
  const byRow = "0 checked at once after the last row, 1 row by row (1 not the login's to drop and add)";
  const atOnce = "1 checked at once after the last row";

  it.each([
    { rights: "that are another's copies with their keys in place", grant: write, says: byRow },
    {
      rights: "but not refer to another's copies with its key in place",
      grant: `${write}; ALTER TABLE second OWNER TO %R`,
      says: byRow,
    },
    {
      rights: "and refer to another's has its key checked at once",
      grant: `${write}; ALTER TABLE second OWNER TO %R; GRANT REFERENCES ON first TO %R`,
      says: atOnce,
    },
    {
      rights: "and refer to the column of another's has its key checked at once",
      grant: `${write}; ALTER TABLE second OWNER TO %R; GRANT REFERENCES (id) ON first TO %R`,
      says: atOnce,
    },
  ])("$rights", async ({ grant, says }) => {
    const log = vi.spyOn(console, "log").mockClear();
    const [source, target] = await createPair(18, 16);
    await source.query(`${tables}; INSERT INTO first VALUES (1), (2); INSERT INTO second VALUES (2)`);
    const writer = await asRole(target, grant, { before: tables });
    const before = await rulesOf(target);
    await copy(source, writer);
    expect(log).toHaveBeenCalledWith(`Foreign keys between the tables: ${says}`);
    expect([await fingerprint(target), await rulesOf(target)]).toEqual([await fingerprint(source), before]);
    await source.query("ALTER TABLE second DROP CONSTRAINT key; INSERT INTO second VALUES (3)");
    expect((await troubleOf(copy(source, writer))).message).toContain("constraint key (SQLSTATE 23503)");
  });
});

/** The database as seen by a new role that may do only what `grant` gives it. */
async function asRole(database: TestDatabase, grant: string, { before = "" } = {}): Promise<TestDatabase> {
  const role = `role_${randomBytes(6).toString("hex")}`;
  const password = randomBytes(12).toString("hex");
  await database.query(`${before}; CREATE ROLE ${role} LOGIN PASSWORD '${password}';
    ${grant.replaceAll("%R", role).replaceAll("%D", database.connection.schema!)}`);
  const { connection } = database;
  const uri = `postgres://${role}:${password}@${connection.host}:${connection.port}/${connection.schema}`;
  return {
    connection: { ...connection, login: role, password },
    uri,
    query: async (text) => {
      const client = new pg.Client({ connectionString: uri });
      await client.connect();
      const { rows } = await client.query(text).finally(() => client.end());
      return rows as never;
    },
  };
}
