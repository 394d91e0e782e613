// What keeps a process from being started ends the attempt, with words; both kinds of task.

import { execFile, spawnSync } from "node:child_process";
import { chmodSync, chownSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { AttemptEnd } from "../../../runtime/executor/attempt.ts";
import { startAttempt } from "../../../runtime/executor/start-attempt.ts";
import { bashRequest } from "../../support/attempt.ts";
import { createFolder } from "../../support/built-project.ts";

const crowd = fileURLToPath(new URL("crowd-of-tasks.mjs", import.meta.url));

/** Only root may, and the repository may lie where no other user can read. */
const canRunAsAnother =
  process.getuid?.() === 0 &&
  spawnSync("test", ["-r", crowd, "-a", "-x", process.execPath], { uid: 64_000, gid: 64_000 }).status === 0;

describe.each([false, true])("outlives: %s", (outlives) => {
  it("its folder is gone", async () => {
    const request = bashRequest("true");
    rmSync(request.folder, { recursive: true });
    expect(await startAttempt(request, { outlives }).ended).toMatchObject({
      outcome: "failed",
      isRetryable: true,
      error: `the task's process cannot be started: its folder ${request.folder} is gone`,
    });
  });

  it("its command is too long", async () => {
    const attempt = startAttempt(bashRequest(`# ${"x".repeat(200_000)}`), { outlives });
    expect(await attempt.ended).toMatchObject({
      outcome: "failed",
      isRetryable: false,
      error: expect.stringContaining("spawn E2BIG. Shorten the bash command"),
    });
    attempt.terminate("there is nothing to terminate");
    attempt.kill("there is nothing to kill");
  });

  // Root's own processes are not counted: those of a user without a name are.
  it.runIf(canRunAsAnother)("the user has as many processes as it may", async () => {
    const user = 64_000 + (outlives ? 1 : 0) + (process.pid % 1_000) * 2;
    const ends = await startMany({ user, outlives, tasks: 40, maxProcesses: 40 });
    expect(ends).toHaveLength(40);
    const failed = ends.filter(({ outcome }) => outcome === "failed");
    expect(failed.length).toBeGreaterThan(0);
    for (const end of failed) {
      expect(end.error).toMatch(/cannot be started: spawn sh EAGAIN|ended with exit code \d+/);
      expect(end.isRetryable).toBe(true);
    }
  });
});

interface Crowd {
  readonly user: number;
  readonly outlives: boolean;
  readonly tasks: number;
  readonly maxProcesses: number;
}

async function startMany({ user, outlives, tasks, maxProcesses }: Crowd): Promise<AttemptEnd[]> {
  const root = createFolder();
  chmodSync(root, 0o755);
  const requests = Array.from({ length: tasks }, () => bashRequest("sleep 1"));
  for (const { projectRoot, folder } of requests) for (const path of [projectRoot, folder]) chownSync(path, user, user);
  const file = join(root, "requests");
  writeFileSync(file, JSON.stringify(requests));
  const command = `ulimit -u ${maxProcesses}; exec "$@"`;
  const args = ["-c", command, "sh", process.execPath, crowd, file, String(outlives)];
  const { stdout } = await promisify(execFile)("bash", args, { uid: user, gid: user });
  return JSON.parse(stdout) as AttemptEnd[];
}
