import { expect, it } from "vitest";
import { fingerprint } from "../../../quickstart/fingerprint.ts";
import { copyInChild } from "../../support/copy-child.ts";
import { copy, createStoppingPair, rulesOf, untilNoTasksOf } from "../../support/copy-tasks.ts";
import { openSession, untilWaiting } from "../../support/lease-tasks.ts";

it("a task process that is killed in the middle of a table leaves no session behind and all keys in place, and the next try copies all", async () => {
  const [source, target] = await createStoppingPair();
  const before = [await fingerprint(target), await rulesOf(target)];
  const stop = await openSession(target);
  await stop.query("SELECT pg_advisory_lock(1)");
  const { child, done } = copyInChild(source, target);
  const killed = expect(done).rejects.toMatchObject({ signal: "SIGKILL" });
  await untilWaiting(target, "advisory");
  child.kill("SIGKILL");
  await killed;
  await stop.query("SELECT pg_advisory_unlock(1)");
  for (const database of [source, target]) await untilNoTasksOf(database);
  expect([await fingerprint(target), await rulesOf(target)]).toEqual(before);
  await copy(source, target);
  expect([await fingerprint(target), await rulesOf(target)]).toEqual([await fingerprint(source), before[1]]);
});
