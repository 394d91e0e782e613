// Two first loads that begin at the same moment, before there is a lease that keeps them apart.

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, it, onTestFinished } from "vitest";
import { query } from "../../runtime/operators/query.ts";
import { createDatabase } from "../support/databases.ts";
import { inTask } from "../support/running-task.ts";

const rounds = 5;
const loads = 8;

const sqlOf = (file: string) => readFile(new URL(`../../dags/sql/${file}`, import.meta.url), "utf8");

it.each([16, 18] as const)("all find the audit table that one of them creates (PostgreSQL %i)", async (version) => {
  const text = await sqlOf("pagila-audit-table.sql");
  for (let round = 0; round < rounds; round += 1) {
    const database = await createDatabase(version);
    const create = () =>
      inTask({ connections: [database.connection] }, () => query({ connection: "test_postgres", text }));
    await Promise.all(Array.from({ length: loads }, create));
    expect(await database.query("SELECT FROM pagila_support.pagila_load_audit")).toEqual([]);
  }
});

it.each([16, 18] as const)(
  "into two databases all find the role that one of them creates (PostgreSQL %i)",
  async (version) => {
    const [one, other] = await Promise.all([createDatabase(version), createDatabase(version)]);
    for (let round = 0; round < rounds; round += 1) {
      const role = `role_${randomBytes(6).toString("hex")}`;
      const text = (await sqlOf("create-postgres-role.sql")).replaceAll("postgres", role);
      onTestFinished(() => one.query(`DROP ROLE ${role}`).then(() => {}));
      await Promise.all(Array.from({ length: loads }, (_, load) => (load % 2 === 0 ? one : other).query(text)));
      expect(await one.query("SELECT FROM pg_roles WHERE rolname = $1", [role])).toHaveLength(1);
    }
  },
);
