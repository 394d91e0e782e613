// What left its attempt's process group is found by its cookie, and killed.

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { adoptAttempt } from "../../../runtime/executor/adopt-attempt.ts";
import { startAttempt } from "../../../runtime/executor/start-attempt.ts";
import { attemptVariable, finishSweeps, sweepAttempts } from "../../../runtime/executor/sweep-attempts.ts";
import { bashRequest, observe, type StartedAttempt, startBash, startOutliving } from "../../support/attempt.ts";
import { isAlive, waitUntil } from "../../support/processes.ts";

/** For a machine that is busy with other tests; what is waited for would else go on for minutes. */
const headroomMs = 20_000;

/** In a session of its own, with a child that has no environment; the command goes on when both are there. */
const withDeserter = (command: string) =>
  `setsid bash -c 'env -i sleep 300 & echo "child $!"; echo "deserter $$"; wait' &
  until grep -q deserter ../logs/*; do sleep 0.02; done; ${command}`;

function desertersOf(attempt: StartedAttempt): number[] {
  return ["deserter", "child"].map((name) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(attempt.log())![1]));
}

const kinds = [
  ["a task that ends with its starter", startBash],
  ["a task that outlives its starter", startOutliving],
] as const;

describe.each(kinds)("%s", (_, start) => {
  it("that failed leaves nothing in other sessions beside its next try", async () => {
    const attempt = start(withDeserter("exit 1"));
    expect(await attempt.ended).toMatchObject({ outcome: "failed", error: "the command ended with exit code 1" });
    expect(desertersOf(attempt).filter(isAlive)).toEqual([]);
  });

  it("that was cancelled neither", async () => {
    const attempt = start(withDeserter("echo there; sleep 300"));
    await attempt.logged("there");
    attempt.terminate("cancelled");
    expect(await attempt.ended).toMatchObject({ error: "the task was ended: cancelled" });
    expect(desertersOf(attempt).filter(isAlive)).toEqual([]);
  });

  it("that was killed neither", async () => {
    const attempt = start(withDeserter("echo there; sleep 300"));
    await attempt.logged("there");
    attempt.kill("killed");
    expect(await attempt.ended).toMatchObject({ error: "the task was ended: killed" });
    expect(desertersOf(attempt).filter(isAlive)).toEqual([]);
  });

  it("that ended well leaves nothing for long", async () => {
    const attempt = start(withDeserter("echo done"));
    expect(await attempt.ended).toMatchObject({ outcome: "success", returnValue: "done" });
    await waitUntil(() => desertersOf(attempt).filter(isAlive).length === 0, headroomMs);
  });

  it("that ended well leaves nothing when its process is about to end", async () => {
    const attempt = start(withDeserter("echo done"));
    await attempt.ended;
    await finishSweeps();
    expect(desertersOf(attempt).filter(isAlive)).toEqual([]);
  });
});

it("a lost task leaves nothing", async () => {
  const request = bashRequest(withDeserter("echo there; sleep 300"));
  const started = observe(request, startAttempt(request, { outlives: true }));
  await started.logged("there");
  process.kill(started.pid!, "SIGKILL");
  await waitUntil(() => !isAlive(started.pid!), headroomMs);
  const adopted = await adoptAttempt(request, Date.now());
  expect(adopted === "not_started" ? adopted : await adopted.ended).toMatchObject({ isLost: true });
  expect(desertersOf(started).filter(isAlive)).toEqual([]);
});

const others: ChildProcess[] = [];
afterAll(() => {
  for (const other of others) other.kill("SIGKILL");
});

it("processes of other attempts, and of none, are left alone", async () => {
  const folder = bashRequest("true").folder;
  const environments = [
    { [attemptVariable]: `${folder}2` },
    { [`X${attemptVariable}`]: folder },
    { OTHER: `${attemptVariable}=${folder}` },
    {},
    { [attemptVariable]: folder },
  ];
  const processes = environments.map((environment) =>
    spawn("sleep", ["300"], { env: { PATH: process.env["PATH"], ...environment }, detached: true, stdio: "ignore" }),
  );
  others.push(...processes);
  // Until it runs its program, a process shows the environment of this one.
  await waitUntil(() => processes.every(({ pid }) => readFileSync(`/proc/${pid}/comm`, "utf8") === "sleep\n"), 20_000);
  await sweepAttempts((swept) => swept === folder);
  expect(processes.map(({ pid }) => isAlive(pid!))).toEqual([true, true, true, true, false]);
});
