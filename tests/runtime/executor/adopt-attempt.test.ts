// Tasks outlive the process that started them, and another one adopts them, whatever state they are in.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { adoptAttempt } from "../../../runtime/executor/adopt-attempt.ts";
import type { AttemptRequest } from "../../../runtime/executor/attempt.ts";
import { pidFile } from "../../../runtime/executor/claim.ts";
import { startAttempt } from "../../../runtime/executor/start-attempt.ts";
import { sweepAttempts } from "../../../runtime/executor/sweep-attempts.ts";
import { exitFile, wrap } from "../../../runtime/executor/wrapper.ts";
import { bashRequest, observe, type StartedAttempt } from "../../support/attempt.ts";
import { createFolder } from "../../support/built-project.ts";
import type { MadeTask } from "../../support/made-dag.ts";
import { groupOf, isAlive, processesIn, waitUntil } from "../../support/processes.ts";

/** For a machine that is busy with other tests; what is waited for would else go on for minutes. */
const headroomMs = 20_000;

/** Ends when the test says so, by the file `go` in its folder. */
const untilToldSo = "until [ -e go ]; do sleep 0.02; done; echo told";

const lost = "the task's process was lost (what watched over it was killed, or the machine was started anew)";

const children: ChildProcess[] = [];
const folders = new Set<string>();
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  // Of a test that failed its task would go on.
  await sweepAttempts((folder) => folders.has(folder));
});

function makeRequest(command: string, task: Partial<MadeTask> = {}): AttemptRequest {
  const request = bashRequest(command, task);
  folders.add(request.folder);
  return request;
}

/** Another process starts it, and is killed by SIGKILL when the task has begun. */
async function startAndKillStarter(command: string, task: Partial<MadeTask> = {}): Promise<AttemptRequest> {
  const request = makeRequest(`echo "began $$"; ${command}`, task);
  const { starter } = startStarter([request]);
  await waitUntil(() => logOf(request).includes("began"), headroomMs);
  starter.kill("SIGKILL");
  await once(starter, "exit");
  return request;
}

function startStarter(requests: readonly AttemptRequest[]) {
  const folder = createFolder();
  const [requestsFile, commitsFile] = [join(folder, "requests"), join(folder, "commits")];
  writeFileSync(requestsFile, JSON.stringify(requests));
  writeFileSync(commitsFile, "");
  const module = fileURLToPath(new URL("killed-starter.mjs", import.meta.url));
  const starter = spawn(process.execPath, [module, requestsFile, commitsFile], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  children.push(starter);
  return { starter, commits: () => readFileSync(commitsFile, "utf8").split("\n").slice(0, -1) };
}

function logOf({ logFile }: AttemptRequest): string {
  return existsSync(logFile) ? readFileSync(logFile, "utf8") : "";
}

async function adopt(request: AttemptRequest, startedAtMs = Date.now()): Promise<StartedAttempt> {
  const adopted = await adoptAttempt(request, startedAtMs);
  if (adopted === "not_started") throw new Error("was not started");
  return observe(request, adopted);
}

const taskPid = (request: AttemptRequest): number => Number(/began (\d+)/.exec(logOf(request))![1]);

describe.concurrent("a task whose starter was killed", () => {
  it("runs on, and its end is seen by who adopts it", async () => {
    const request = await startAndKillStarter(untilToldSo);
    const attempt = await adopt(request);
    expect(isAlive(taskPid(request))).toBe(true);
    writeFileSync(join(request.folder, "go"), "");
    expect(await attempt.ended).toMatchObject({ outcome: "success", returnValue: "told", isLost: false });
  });

  it("is adopted as often as adopters are killed", async () => {
    const request = await startAndKillStarter(untilToldSo);
    const attempts = [await adopt(request), await adopt(request), await adopt(request)];
    writeFileSync(join(request.folder, "go"), "");
    for (const attempt of attempts) expect(await attempt.ended).toMatchObject({ outcome: "success" });
  });

  it.each([
    ["echo last", { outcome: "success", returnValue: "last", isLost: false }],
    ["exit 99", { outcome: "skipped" }],
    ["exit 3", { outcome: "failed", error: "the command ended with exit code 3", isRetryable: true, isLost: false }],
    ["kill -SEGV $$", { outcome: "failed", error: "the command ended with SIGSEGV" }],
  ])("may have ended before: %s", async (command, end) => {
    const request = await startAndKillStarter(command);
    await waitUntil(() => existsSync(exitFile(request.folder)), headroomMs);
    await waitUntil(() => processesIn(request.folder).length === 0, headroomMs);
    expect(await (await adopt(request)).ended).toMatchObject(end);
  });

  it("takes along what it left running, though nobody is there to see its end", async () => {
    const request = await startAndKillStarter(`sleep 300 & echo "left $!"; ${untilToldSo}`);
    writeFileSync(join(request.folder, "go"), "");
    await waitUntil(() => existsSync(exitFile(request.folder)), headroomMs);
    await waitUntil(() => !isAlive(Number(/left (\d+)/.exec(logOf(request))![1])), headroomMs);
  });

  it("is a failure of the task's when only the task is killed", async () => {
    const request = await startAndKillStarter("sleep 300");
    const attempt = await adopt(request);
    process.kill(taskPid(request), "SIGKILL");
    expect(await attempt.ended).toMatchObject({
      error: "the command ended with SIGKILL: by hand, or because the machine ran out of memory",
      isLost: false,
    });
  });
});

describe.concurrent("an adopted task", () => {
  it("is cancelled", async () => {
    const request = await startAndKillStarter("sleep 300");
    const attempt = await adopt(request);
    attempt.terminate("cancelled");
    expect(await attempt.ended).toMatchObject({ outcome: "failed", error: "the task was ended: cancelled" });
    expect(attempt.exit()).toBe("143");
    expect(groupOf(attempt.pid!)).toEqual([]);
  });

  it("is killed after the grace when it is deaf to SIGTERM", async () => {
    const request = await startAndKillStarter(`trap "" TERM; ${untilToldSo}`);
    const attempt = await adopt(request);
    attempt.terminate("cancelled");
    expect(await attempt.ended).toMatchObject({ outcome: "failed", error: "the task was ended: cancelled" });
    await waitUntil(() => groupOf(attempt.pid!).length === 0, headroomMs);
  });

  it("is killed at once when asked so", async () => {
    const request = await startAndKillStarter("sleep 300");
    const attempt = await adopt(request);
    attempt.kill("killed");
    expect(await attempt.ended).toMatchObject({ error: "the task was ended: killed", isLost: false });
  });

  it("times out by its start, not by its adoption", async () => {
    const request = await startAndKillStarter("sleep 300", { executionTimeout: 3_600 });
    const attempt = await adopt(request, Date.now() - 3_600_000);
    expect(await attempt.ended).toMatchObject({ error: "the task was ended: timed out after 3600 s" });
  });
});

describe.concurrent("a task that never began", () => {
  it("is not started, and never will be in this folder", async () => {
    const request = makeRequest("touch ../began");
    expect(await adoptAttempt(request, Date.now())).toBe("not_started");
    expect(await startAttempt(request, { outlives: true }).ended).toMatchObject({
      outcome: "failed",
      isRetryable: true,
      error: expect.stringContaining("another scheduler took it over"),
    });
    expect(existsSync(join(request.projectRoot, "began"))).toBe(false);
  });

  it("is not started for the next adopter, too, when the first was killed", async () => {
    const request = makeRequest("true");
    expect(await adoptAttempt(request, Date.now())).toBe("not_started");
    expect(await adoptAttempt(request, Date.now())).toBe("not_started");
  });

  it("may have no folder yet", async () => {
    const request = makeRequest("true");
    rmSync(request.folder, { recursive: true });
    expect(await adoptAttempt(request, Date.now())).toBe("not_started");
    expect(existsSync(pidFile(request.folder))).toBe(true);
  });

  it("may have a wrapper that died while it claimed it", async () => {
    const request = makeRequest("true");
    writeFileSync(pidFile(request.folder), "");
    expect(await adoptAttempt(request, Date.now())).toBe("not_started");
  });
});

describe.concurrent("a task whose wrapper is gone without a word is lost", () => {
  it("before it was adopted: what is left of it is killed", async () => {
    const request = await startAndKillStarter("sleep 300 & sleep 300");
    const pid = Number(readFileSync(pidFile(request.folder), "utf8"));
    process.kill(pid, "SIGKILL");
    await waitUntil(() => !isAlive(pid), headroomMs);
    expect(groupOf(pid).length).toBeGreaterThan(0);
    const attempt = await adopt(request);
    expect(await attempt.ended).toMatchObject({ outcome: "failed", isRetryable: true, isLost: true, error: lost });
    await waitUntil(() => groupOf(pid).length === 0, headroomMs);
  });

  it("after it was adopted", async () => {
    const request = await startAndKillStarter("sleep 300");
    const attempt = await adopt(request);
    process.kill(attempt.pid!, "SIGKILL");
    expect(await attempt.ended).toMatchObject({ isLost: true, error: lost });
    await waitUntil(() => groupOf(attempt.pid!).length === 0, headroomMs);
  });

  it("while its starter is there", async () => {
    const request = makeRequest("echo began; sleep 300");
    const attempt = observe(request, startAttempt(request, { outlives: true }));
    await attempt.logged("began");
    process.kill(attempt.pid!, "SIGKILL");
    expect(await attempt.ended).toMatchObject({ outcome: "failed", isRetryable: true, isLost: true, error: lost });
    await waitUntil(() => groupOf(attempt.pid!).length === 0, headroomMs);
  });

  it("at once, most often before it could say that it has begun", async () => {
    const requests = Array.from({ length: 10 }, () => makeRequest("sleep 300"));
    const ends = requests.map((request) => {
      const attempt = startAttempt(request, { outlives: true });
      process.kill(attempt.pid!, "SIGKILL");
      return attempt.ended;
    });
    const end = { outcome: "failed", isRetryable: true, isLost: true, error: lost };
    expect(await Promise.all(ends)).toMatchObject(requests.map(() => end));
  });

  it("when half of its exit file is there, as after a loss of power", async () => {
    const request = makeRequest("true");
    writeFileSync(pidFile(request.folder), `${await goneProcess()}\n`);
    writeFileSync(exitFile(request.folder), "");
    expect(await (await adopt(request)).ended).toMatchObject({ isLost: true });
  });

  it("when its folder was removed, though it had begun", async () => {
    const request = makeRequest("true");
    await startAttempt(request, { outlives: true }).ended;
    rmSync(request.folder, { recursive: true });
    expect(await (await adopt(request)).ended).toMatchObject({ isLost: true });
  });
});

describe.concurrent("a number that another process has by now", () => {
  it("is not taken for the task's, nor is the other process killed", async () => {
    const request = makeRequest("true");
    const foreign = spawn("sleep", ["300"], { stdio: "ignore", detached: true });
    children.push(foreign);
    writeFileSync(pidFile(request.folder), `${foreign.pid}\n`);
    const attempt = await adopt(request);
    attempt.terminate("cancelled");
    attempt.kill("cancelled");
    expect(await attempt.ended).toMatchObject({ isLost: true, error: lost });
    expect(isAlive(foreign.pid!)).toBe(true);
    expect(foreign.signalCode).toBe(null);
  });

  it("is not taken for the task's when the other is the wrapper of another attempt", async () => {
    const [request, other] = [makeRequest("true"), makeRequest("echo began; sleep 300")];
    const foreign = observe(other, startAttempt(other, { outlives: true }));
    await foreign.logged("began");
    writeFileSync(pidFile(request.folder), `${foreign.pid}\n`);
    expect(await (await adopt(request)).ended).toMatchObject({ isLost: true });
    expect(isAlive(foreign.pid!)).toBe(true);
    foreign.kill("the test is over");
    await foreign.ended;
  });
});

it("a try that two schedulers in a row could not start has never begun, and is not lost", async () => {
  const request = makeRequest("true");
  mkdirSync(dirname(request.logFile), { recursive: true });
  writeFileSync(request.logFile, "");
  expect(await adoptAttempt(request, Date.now())).toBe("not_started");
  const again = { ...request, folder: `${request.folder}-again` };
  expect(await adoptAttempt(again, Date.now())).toBe("not_started");
});

it("a second start in the same folder runs nothing, and leaves the first alone", async () => {
  const request = makeRequest(`echo began >>../ledger; ${untilToldSo}`);
  const first = startAttempt(request, { outlives: true });
  await waitUntil(() => existsSync(join(request.projectRoot, "ledger")), headroomMs);
  expect(await startAttempt(request, { outlives: true }).ended).toMatchObject({ outcome: "failed", isLost: false });
  writeFileSync(join(request.folder, "go"), "");
  expect(await first.ended).toMatchObject({ outcome: "success" });
  expect(readFileSync(join(request.projectRoot, "ledger"), "utf8")).toBe("began\n");
});

it("wrapper and adopter race for an attempt: exactly one has it, a hundred times", async () => {
  const winners = { wrapper: 0, adopter: 0 };
  // The adopter waits longer after it won, and shorter after it lost: so both come to the folder at the same instant.
  let delayMs = 2;
  for (let race = 0; race < 100; race++) {
    const request = makeRequest("");
    const began = join(request.projectRoot, "began");
    const { file, args } = wrap({ folder: request.folder, graceMs: 1_000, outlives: true }, ["touch", began]);
    const wrapper = spawn(file, args, { detached: true, stdio: "ignore" });
    const exited = once(wrapper, "exit");
    for (const start = performance.now(); performance.now() - start < delayMs; );
    const adopted = await adoptAttempt(request, Date.now());
    await exited;
    expect(existsSync(began)).toBe(adopted !== "not_started");
    if (adopted !== "not_started") expect((await adopted.ended).isLost).toBe(false);
    const winner = adopted === "not_started" ? "adopter" : "wrapper";
    winners[winner]++;
    delayMs = winner === "adopter" ? delayMs * 1.2 + 0.1 : delayMs / 1.2;
  }
  expect(winners.wrapper).toBeGreaterThan(0);
  expect(winners.adopter).toBeGreaterThan(0);
});

it("a starter killed at any instant: every task that it wrote down runs once, none twice", async () => {
  const seen = { adopted: 0, notStarted: 0 };
  for (let round = 0; round < 20; round++) {
    const ledger = join(createFolder(), "ledger");
    const requests = Array.from({ length: 12 }, (_, index) => makeRequest(`echo ${index} >>${ledger}`));
    for (const { folder } of requests) rmSync(folder, { recursive: true });
    const { starter, commits } = startStarter(requests);
    const killAfter = round % requests.length;
    // Looked at without a pause, so that the kill comes at an instant of the start and not at one of a timer.
    while (commits().length <= killAfter) if (starter.exitCode !== null) throw new Error("the starter ended");
    for (const start = performance.now(); performance.now() - start < (round % 10) / 5; );
    starter.kill("SIGKILL");
    await once(starter, "exit");
    const committed = requests.filter(({ folder }) => commits().includes(folder));
    const ends = committed.map(async (request) => {
      const adopted = await adoptAttempt(request, Date.now());
      seen[adopted === "not_started" ? "notStarted" : "adopted"]++;
      if (adopted !== "not_started") return adopted.ended;
      const folder = `${request.folder}.again`;
      mkdirSync(folder, { mode: 0o700 });
      return startAttempt({ ...request, folder }, { outlives: true }).ended;
    });
    for (const end of await Promise.all(ends)) expect(end).toMatchObject({ outcome: "success" });
    for (const { folder } of committed) await waitUntil(() => processesIn(folder).length === 0, headroomMs);
    const ran = readFileSync(ledger, "utf8").split("\n").slice(0, -1).map(Number);
    expect(ran.sort((a, b) => a - b)).toEqual(committed.map((_, index) => index));
  }
  expect(seen.adopted).toBeGreaterThan(0);
});

/** The number of a process that was there. */
async function goneProcess(): Promise<number> {
  const child = spawn("true", { stdio: "ignore" });
  await once(child, "exit");
  return child.pid!;
}
