import { describe, expect, it } from "vitest";
import { Dag } from "../../../runtime/index.ts";
import { checkLease, type Lease } from "../../../runtime/operators/lease.ts";
import { releaseLease } from "../../../runtime/operators/release-lease.ts";
import { createDatabase } from "../../support/databases.ts";
import { acquire, leaseKey, openSession, release, untilWaiting, writeUnder } from "../../support/lease-tasks.ts";
import { troubleOf } from "../../support/trouble.ts";

describe("writing under a lease", () => {
  it("renews it, also when it has expired and nobody took it", async () => {
    const database = await createDatabase(18);
    const lease = await acquire(database, "run_a");
    await database.query("UPDATE dagwright.lease SET expires = now() - interval '1 hour'");
    await writeUnder(database, lease);
    const [row] = await database.query<{ seconds: number }>(
      "SELECT extract(epoch FROM expires - now())::int AS seconds FROM dagwright.lease",
    );
    expect(row!.seconds).toBeGreaterThan(890);
  });

  it.each([
    { event: "taken over", change: "token = 7, run_id = 'run_b'", says: "by run run_b of DAG test_dag, with token 7" },
    { event: "released", change: "expires = '-infinity'", says: "the lease has been released" },
  ])("fails for good when it was $event", async ({ change, says }) => {
    const database = await createDatabase(18);
    const lease = await acquire(database, "run_a");
    await database.query(`UPDATE dagwright.lease SET ${change}`);
    const error = await troubleOf(writeUnder(database, lease));
    expect(error.message).toContain(says);
    expect(error.trouble.isRetryable).toBe(false);
    expect(await database.query("SELECT to_regclass('written') AS relation")).toEqual([{ relation: null }]);
  });

  it("fails for good when the lease's row is gone", async () => {
    const database = await createDatabase(18);
    const lease = await acquire(database, "run_a");
    await database.query("DELETE FROM dagwright.lease");
    expect((await troubleOf(writeUnder(database, lease))).trouble).toMatchObject({ isRetryable: false });
  });

  it("gives up, to be tried again, when the session of a killed try does not end", async () => {
    const database = await createDatabase(18);
    const lease = await acquire(database, "run_a");
    const zombie = await openSession(database);
    await zombie.query("BEGIN");
    await checkLease(zombie, lease);
    const next = await openSession(database);
    await next.query("BEGIN");
    const error = await troubleOf(checkLease(next, lease, 50));
    expect(error.trouble.isRetryable).toBeUndefined();
    expect(error.message).toMatch(/held by session \d+ .*0.05 s/);
    await next.query("SELECT 1");
  });

  it("leaves lock_timeout as it was", async () => {
    const database = await createDatabase(18);
    const lease = await acquire(database, "run_a");
    const session = await openSession(database);
    await session.query("BEGIN; SET LOCAL lock_timeout = '7s'");
    const zombie = await openSession(database);
    await zombie.query(`BEGIN; SELECT pg_advisory_xact_lock(${leaseKey})`);
    const checked = checkLease(session, lease);
    await untilWaiting(database, "advisory");
    await zombie.query("COMMIT");
    await checked;
    expect((await session.query("SHOW lock_timeout")).rows).toEqual([{ lock_timeout: "7s" }]);
  });

  it("is refused when the lease guards another database", async () => {
    const database = await createDatabase(18);
    const lease = { ...(await acquire(database, "run_a")), connection: "elsewhere" };
    expect((await troubleOf(writeUnder(database, lease))).message).toContain(
      "lease on elsewhere, task on test_postgres",
    );
  });
});

describe("releasing a lease", () => {
  it("frees it for another run, keeps its row, and may be repeated", async () => {
    const database = await createDatabase(18);
    const lease = await acquire(database, "run_a");
    expect(await release(database, lease)).toEqual({ released: true });
    expect(await release(database, lease)).toEqual({ released: false });
    expect((await acquire(database, "run_b")).token).toBe("2");
  });

  it.each([
    { name: "was taken over", input: (lease: Lease) => ({ ...lease, token: "0" }) },
    { name: "was never acquired", input: () => null },
  ])("does nothing when the lease $name", async ({ input }) => {
    const database = await createDatabase(18);
    const lease = await acquire(database, "run_a");
    expect(await release(database, input(lease))).toEqual({ released: false });
    expect((await troubleOf(acquire(database, "run_b"))).trouble.what).toBe("another run has the lease");
  });

  it("is refused in the DAG file for a task that acquires none", () => {
    const dag = new Dag("d");
    const other = dag.empty("other");
    expect(() => releaseLease(other as never)).toThrow("acquires no lease");
  });
});
