import { describe, expect, it } from "vitest";
import { acquireLease } from "../../../runtime/operators/acquire-lease.ts";
import { checkLease } from "../../../runtime/operators/lease.ts";
import { createDatabase } from "../../support/databases.ts";
import { acquire, leaseConnection, leaseKey, openSession, untilWaiting } from "../../support/lease-tasks.ts";
import { troubleOf } from "../../support/trouble.ts";

describe("acquiring a lease", () => {
  it.each([16, 18] as const)("gives an unused one, with token 1 (PostgreSQL %i)", async (version) => {
    const database = await createDatabase(version);
    expect(await acquire(database, "run_a")).toEqual({ connection: leaseConnection, key: leaseKey, token: "1" });
  });

  it("raises the token when the same run acquires again", async () => {
    const database = await createDatabase(18);
    await acquire(database, "run_a");
    expect((await acquire(database, "run_a")).token).toBe("2");
  });

  it("fails at once and for good while another run holds it, naming run and expiry", async () => {
    const database = await createDatabase(18);
    await acquire(database, "run_a");
    const error = await troubleOf(acquire(database, "run_b"));
    expect(error.trouble).toMatchObject({ what: "another run has the lease", isRetryable: false });
    expect(error.message).toMatch(/run run_a of DAG test_dag, until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/);
  });

  it.each([
    { state: "released", change: "expires = '-infinity'" },
    { state: "expired", change: "expires = now() - interval '1 second'" },
  ])("gives a lease that is $state to another run, with a higher token", async ({ change }) => {
    const database = await createDatabase(18);
    await acquire(database, "run_a");
    await database.query(`UPDATE dagwright.lease SET ${change}`);
    expect((await acquire(database, "run_b")).token).toBe("2");
  });

  it.each([
    { state: "expired", change: "expires = now() - interval '1 second'" },
    { state: "released", change: "expires = '-infinity'" },
  ])("refuses a lease that is $state while somebody still writes under its key", async ({ change }) => {
    const database = await createDatabase(18);
    const lease = await acquire(database, "run_a");
    await database.query(`UPDATE dagwright.lease SET ${change}`);
    const zombie = await openSession(database);
    await zombie.query(`BEGIN; SELECT pg_advisory_xact_lock(${lease.key})`);
    const error = await troubleOf(acquire(database, "run_b"));
    expect(error.trouble).toMatchObject({ isRetryable: false });
    expect(error.message).toContain("somebody is still writing under its key");
    expect(error.message).toContain("run run_a");
    expect(error.message).toMatch(/advisory lock held by session \d+/);
  });

  it("refuses, without waiting for the row, while a long transaction has renewed it", async () => {
    const database = await createDatabase(18);
    const lease = await acquire(database, "run_a");
    const writer = await openSession(database);
    await writer.query("BEGIN");
    await checkLease(writer, lease);
    expect((await troubleOf(acquire(database, "run_b"))).trouble.what).toBe("another run has the lease");
  });

  it("waits, when it is our own run's, for the session of a killed try to end; another run does not wait with it", async () => {
    const database = await createDatabase(18);
    const lease = await acquire(database, "run_a");
    const zombie = await openSession(database);
    await zombie.query("BEGIN");
    await checkLease(zombie, lease);
    const again = acquire(database, "run_a");
    await untilWaiting(database, "advisory");
    expect((await troubleOf(acquire(database, "run_b"))).trouble.what).toBe("another run has the lease");
    await zombie.query("ROLLBACK");
    expect((await again).token).toBe("2");
  });

  it("honours another program that holds the advisory lock without a lease", async () => {
    const database = await createDatabase(18);
    const other = await openSession(database);
    await other.query(`SELECT pg_advisory_lock(${leaseKey})`);
    expect((await troubleOf(acquire(database, "run_a"))).message).toContain("no run has the lease");
  });

  it("gives one of many that race for it exactly one lease, and the others the winner's name", async () => {
    const database = await createDatabase(18);
    const runs = Array.from({ length: 12 }, (_, index) => `run_${index}`);
    const outcomes = await Promise.allSettled(runs.map((run) => acquire(database, run)));
    const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason.message).toContain(`run run_${winner} of DAG`);
    }
  });

  it.each(["", "1.5", "x", "9223372036854775808", "-9223372036854775809"])(
    "is refused in the DAG file for key %j",
    (wrong) => {
      expect(() => acquireLease({ connection: leaseConnection, key: wrong })).toThrow("64-bit whole number");
    },
  );

  it.each(["9223372036854775807", "-9223372036854775808", "0", "-1"])("takes key %s", async (edge) => {
    const database = await createDatabase(16);
    expect((await acquire(database, "run_a", edge)).token).toBe("1");
    const zombie = await openSession(database);
    await zombie.query(
      `BEGIN; SELECT pg_advisory_xact_lock('${edge}'::bigint); UPDATE dagwright.lease SET expires = now()`,
    );
    await database.query("SELECT 1");
    expect((await troubleOf(acquire(database, "run_b", edge))).message).toContain("another run has the lease");
  });
});
