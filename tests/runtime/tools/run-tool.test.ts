import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { runTool, type ToolEnd, type ToolRun } from "../../../runtime/tools/run-tool.ts";
import { commandOf, groupOf, isAlive, waitUntil } from "../../support/processes.ts";
import { troubleOf } from "../../support/trouble.ts";

test("the tool reads all of the input, and its lines and its code come back", async () => {
  const pieces = Array.from({ length: 400 }, (_, index) => Buffer.alloc(65_536, index));
  const { end, lines } = await runShell("wc -c; echo done >&2; exit 3", { input: each(pieces) });
  expect(end).toEqual({ code: 3, killedBy: null });
  expect(lines.map((line) => line.trim()).sort()).toEqual([String(400 * 65_536), "done"]);
});

test("no more is read from the input than the tool takes", async () => {
  let given = 0;
  const folder = createFolder();
  const input = (async function* () {
    for (; given < 1_000; given += 1) yield Buffer.alloc(65_536);
  })();
  const go = join(folder, "go");
  const done = runShell(`while [ ! -e ${go} ]; do sleep 0.02; done; wc -c`, { input });
  await waitUntil(() => given > 0, 5_000);
  // The tool reads nothing yet: what the pipe and its buffer hold is all that was asked for.
  await stays(() => given, 500);
  expect(given).toBeLessThan(20);
  writeFileSync(go, "");
  expect((await done).lines.map((line) => line.trim())).toEqual([String(1_000 * 65_536)]);
});

test("a tool that ends early is judged by its code, and the rest of the input is the caller's", async () => {
  const input = each(Array.from({ length: 1_000 }, (_, index) => Buffer.alloc(65_536, index % 256)));
  const { end } = await runShell("head -c 10 >/dev/null; exit 1", { input });
  expect(end).toEqual({ code: 1, killedBy: null });
  expect((await input.next()).done).toBe(false);
});

test("a tool that ends while the input is silent is not waited for", async () => {
  const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
  const { end } = await runShell("exit 4", { input: silent });
  expect(end).toEqual({ code: 4, killedBy: null });
});

test("an input that fails kills the tool before it takes that for the end of the archive", async () => {
  const folder = createFolder();
  const input = (async function* () {
    yield Buffer.from("half");
    throw new Error("the connection to S3 was cut");
  })();
  const work = runShell(`cat >/dev/null; echo whole > ${folder}/read`, { input });
  await expect(work).rejects.toThrow("the connection to S3 was cut");
  expect(existsSync(join(folder, "read"))).toBe(false);
});

test("cancelled: nothing of the group is left, be it deaf to SIGTERM", async () => {
  const folder = createFolder();
  const controller = new AbortController();
  const command = `trap '' TERM; sleep 600 & echo $$ > ${folder}/pid.new; mv ${folder}/pid.new ${folder}/pid; while :; do sleep 600; done`;
  const work = runShell(command, { signal: controller.signal }).catch((error: unknown) => error);
  await waitUntil(() => existsSync(join(folder, "pid")), 5_000);
  const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
  expect(groupOf(pid).length).toBeGreaterThan(1);
  const reason = new Error("the task was cancelled");
  controller.abort(reason);
  expect(await work).toBe(reason);
  expect(groupOf(pid)).toEqual([]);
});

test("what a tool leaves in the background ends with it", async () => {
  const { end, lines } = await runShell("sleep 600 & echo $$");
  expect(end.code).toBe(0);
  expect(groupOf(Number(lines[0]))).toEqual([]);
});

test("a tool that is killed says by what", async () => {
  const { end } = await runShell("kill -SEGV $$");
  expect(end).toEqual({ code: null, killedBy: "SIGSEGV" });
});

test("aborted before the start, nothing is started", async () => {
  const folder = createFolder();
  const work = runShell(`touch ${folder}/ran`, { signal: AbortSignal.abort(new Error("too late")) });
  await expect(work).rejects.toThrow("too late");
  expect(existsSync(join(folder, "ran"))).toBe(false);
});

test("a file that is no program is named", async () => {
  const path = join(createFolder(), "pg_restore");
  const { trouble } = await troubleOf(runTool({ ...plainRun, path, args: [] }));
  expect(trouble).toMatchObject({
    what: "the tool cannot be started",
    where: path,
    found: expect.stringMatching("ENOENT"),
  });
});

test("connections, PG* and secrets of the task's environment do not reach the tool", async () => {
  process.env["AIRFLOW_CONN_CANARY"] = "postgres://u:canary@h/d";
  process.env["PGHOST"] = "elsewhere";
  onTestFinished(() => {
    delete process.env["AIRFLOW_CONN_CANARY"];
    delete process.env["PGHOST"];
  });
  const { lines } = await runShell("env", { env: { PGPASSFILE: "/x" } });
  const names = lines.map((line) => line.split("=")[0]!);
  expect(names).toContain("PGPASSFILE");
  expect(names.filter((name) => /^(AIRFLOW|PGHOST|npm_|VITEST)/.test(name))).toEqual([]);
  expect(lines).toContain("LC_ALL=C");
});

test("lines are cut, cleaned of control characters, and whole over chunks", async () => {
  const script = `printf 'a\\033[2Jb\\r\\n'; printf 'x%.0s' $(seq 9000); printf '\\nlast'`;
  const { lines } = await runShell(script);
  expect(lines[0]).toBe("a\ufffd[2Jb");
  expect(lines[1]).toBe(`${"x".repeat(8_192)}… (808 characters more)`);
  expect(lines[2]).toBe("last");
});

test("killed with -9, this process leaves no tool that goes on: its input ends, and half an archive is refused", async () => {
  const folder = createFolder();
  const module = fileURLToPath(new URL("killed-tool-runner.mjs", import.meta.url));
  const script = `echo $$ > ${folder}/pid.new; mv ${folder}/pid.new ${folder}/pid; cat > ${folder}/read; echo ended > ${folder}/ended`;
  const runner = spawn(process.execPath, [module, "unguarded", "/bin/sh", "-c", script], { stdio: "ignore" });
  await waitUntil(() => existsSync(join(folder, "pid")), 10_000);
  const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
  await waitUntil(() => existsSync(join(folder, "read")), 5_000);
  runner.kill("SIGKILL");
  await once(runner, "exit");
  await waitUntil(() => !isAlive(pid), 5_000);
  expect(groupOf(pid)).toEqual([]);
  expect(existsSync(join(folder, "ended"))).toBe(true);
});

test("killed with -9, this process leaves no client that waits for its server either", async () => {
  const folder = createFolder();
  const module = fileURLToPath(new URL("killed-tool-runner.mjs", import.meta.url));
  const script = `sleep 600 & echo $$ > ${folder}/pid.new; mv ${folder}/pid.new ${folder}/pid; exec sleep 600`;
  const runner = spawn(process.execPath, [module, "client", "/bin/sh", "-c", script], { stdio: "ignore" });
  await waitUntil(() => existsSync(join(folder, "pid")), 10_000);
  const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
  await waitUntil(() => readdirSync("/proc").some((name) => commandOf(Number(name)).endsWith(`sh ${pid}`)), 5_000);
  runner.kill("SIGKILL");
  await waitUntil(() => groupOf(pid).length === 0, 5_000);
});

const plainRun: ToolRun = {
  tool: "the tool",
  path: "/bin/sh",
  args: [],
  input: null,
  isClient: false,
  onLine: () => {},
  signal: new AbortController().signal,
};

async function runShell(script: string, run: Partial<ToolRun> = {}): Promise<{ end: ToolEnd; lines: string[] }> {
  const lines: string[] = [];
  const end = await runTool({ ...plainRun, args: ["-c", script], onLine: (line) => lines.push(line), ...run });
  return { end, lines };
}

async function* each(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** Until the value was the same for so long. */
async function stays(value: () => number, ms: number): Promise<void> {
  let last = value();
  let since = Date.now();
  await waitUntil(() => {
    if (value() !== last) {
      last = value();
      since = Date.now();
    }
    return Date.now() - since >= ms;
  }, 10_000);
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tool-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
