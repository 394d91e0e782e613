// The process that builds: it may be killed at any moment, it ends when nothing is to be done, and it never outlives its parent.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { createFolder } from "../../support/built-project.ts";
import { dagFile, limitMs, startLiveProject, writeFiles } from "../../support/live-project.ts";
import { commandOf, groupOf, isAlive, parentOf, waitUntil } from "../../support/processes.ts";

const parentModule = fileURLToPath(new URL("../../support/live-parent.mjs", import.meta.url));
const endless = `${dagFile("endless")}for (;;);\n`;

function buildersOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === parent)
    .map(Number)
    .filter((pid) => isAlive(pid) && commandOf(pid).includes("builder-child"));
}

const isEvaluating = (builder: number) => groupOf(builder).some(({ command }) => command.includes("evaluate-child"));

async function untilBuilder(parent: number, isMeant: (pid: number) => boolean = () => true): Promise<number> {
  await waitUntil(() => buildersOf(parent).some(isMeant), limitMs);
  return buildersOf(parent).find(isMeant)!;
}

it("is replaced when it was killed between two builds", async () => {
  const project = startLiveProject({ "dags/a.ts": dagFile("a") });
  await project.builds.first();
  const killed = await untilBuilder(process.pid);
  process.kill(killed, "SIGKILL");
  await waitUntil(() => groupOf(killed).length === 0, limitMs);
  project.write({ "dags/a.ts": dagFile("b") });
  await waitUntil(() => project.dagIds().join() === "b", limitMs);
});

it("is replaced when it is killed in the middle of a build, and nothing that it evaluated goes on", async () => {
  const project = startLiveProject({ "dags/a.ts": dagFile("a") });
  await project.builds.first();
  project.write({ "dags/a.ts": endless });
  const killed = await untilBuilder(process.pid, isEvaluating);
  project.write({ "dags/a.ts": dagFile("b") });
  process.kill(killed, "SIGKILL");
  await waitUntil(() => project.dagIds().join() === "b", limitMs);
  await waitUntil(() => groupOf(killed).length === 0, limitMs);
  expect(project.told).toHaveLength(2);
});

it("is given up after three deaths, until the next change", async () => {
  const project = startLiveProject({ "dags/a.ts": dagFile("a") });
  await project.builds.first();
  project.write({ "dags/a.ts": endless });
  const killed = new Set<number>();
  for (let deaths = 0; deaths < 3; deaths++) {
    const builder = await untilBuilder(process.pid, (pid) => !killed.has(pid) && isEvaluating(pid));
    killed.add(builder);
    process.kill(builder, "SIGKILL");
  }
  expect(await project.untilFailed()).toMatchObject({ found: "it was ended by SIGKILL, 3 times" });
  await waitUntil(() => buildersOf(process.pid).length === 0, limitMs);
  project.write({ "dags/a.ts": dagFile("b") });
  await project.untilBuilt();
  expect(project.dagIds()).toEqual(["b"]);
});

it("is given up when it takes too long", async () => {
  const project = startLiveProject({ "dags/a.ts": endless }, { buildMs: 2_000 });
  expect(await project.untilFailed()).toMatchObject({ found: "it took too long" });
  await waitUntil(() => buildersOf(process.pid).length === 0, limitMs);
});

it("ends when nothing has changed for a while, and starts again with the next change", async () => {
  const project = startLiveProject({ "dags/a.ts": dagFile("a") }, { idleMs: 100 });
  await project.builds.first();
  await waitUntil(() => buildersOf(process.pid).length === 0, limitMs);
  project.write({ "dags/a.ts": dagFile("b") });
  await waitUntil(() => project.dagIds().join() === "b", limitMs);
});

it("is gone with everything that it started when the watch is stopped", async () => {
  const project = startLiveProject({ "dags/a.ts": endless });
  const builder = await untilBuilder(process.pid, isEvaluating);
  await project.builds.stop();
  await waitUntil(() => groupOf(builder).length === 0, limitMs);
  expect(readdirSync(join(project.root, ".dagwright/work"))).toEqual([]);
  await expect(project.builds.first()).rejects.toThrow("stopped");
  expect(project.told).toEqual([]);
});

it.each(["SIGKILL", "SIGINT"] as const)(
  "is gone with everything that it started when its parent is ended by %s",
  async (signal) => {
    const { root, parent } = startParent({ "dags/a.ts": endless });
    const builder = await untilBuilder(parent.pid!, isEvaluating);
    // As from a terminal: to the whole group.
    process.kill(-parent.pid!, signal);
    await waitUntil(() => groupOf(builder).length === 0, limitMs);
    expect(isAlive(parent.pid!)).toBe(false);
    expect(readdirSync(join(root, ".dagwright/work"))).toEqual([]);
  },
);

/** Containers may forbid them. */
const hasUserNamespaces = spawnSync("unshare", ["-Ur", "true"]).status === 0;

it.skipIf(!hasUserNamespaces).each([
  ["ENOSPC", "max_inotify_watches", "fs.inotify.max_user_watches=524288"],
  ["EMFILE", "max_inotify_instances", "fs.inotify.max_user_instances=1024"],
])(
  "looks at files every now and then where the system watches no more (%s), and says what to do",
  async (code, limit, remedy) => {
    const { root, said, errors } = startParent({ "dags/a.ts": dagFile("a") }, { limit, lookWithoutWatchesMs: 100 });
    await waitUntil(() => said.length === 1, limitMs);
    expect(errors.join("")).toBe(
      `warning: the system watches no more files (${code}): they are looked at every 0.1 s instead\n  fix: sudo sysctl ${remedy}, and start again\n`,
    );
    writeFiles(root, { "dags/b.ts": dagFile("b") });
    await waitUntil(() => said.length === 2, limitMs);
    writeFiles(root, { "dags/b.ts": dagFile("c") });
    await waitUntil(() => said.length === 3, limitMs);
    expect(said.map((line) => JSON.parse(line).kind)).toEqual(["built", "built", "built"]);
  },
);

it("evaluates nothing again after a restart but what has changed", async () => {
  const loud = (id: string) => `${dagFile(id)}console.log("evaluates ${id}");\n`;
  const first = startParent({ "dags/a.ts": loud("a"), "dags/b.ts": loud("b") });
  await waitUntil(() => first.said.length === 1, limitMs);
  const builder = await untilBuilder(first.parent.pid!);
  first.parent.kill("SIGTERM");
  await waitUntil(() => groupOf(builder).length === 0, limitMs);
  expect(first.errors.join("")).toBe("evaluates a\nevaluates b\n");

  const second = startParent({ "dags/b.ts": loud("c") }, {}, first.root);
  await waitUntil(() => second.said.length === 1, limitMs);
  expect(second.errors.join("")).toBe("evaluates c\n");
});

interface Parent {
  readonly root: string;
  readonly parent: ChildProcess;
  readonly said: string[];
  readonly errors: string[];
}

/** @param limit of the kernel that is 0 for it, in a user namespace of its own. */
function startParent(
  files: Readonly<Record<string, string>>,
  { limit, ...limits }: { limit?: string; lookWithoutWatchesMs?: number } = {},
  root = createFolder(),
): Parent {
  writeFiles(root, files);
  const node = [process.execPath, parentModule, root, JSON.stringify(limits)];
  const command = limit
    ? ["unshare", "-Ur", "sh", "-c", `echo 0 >/proc/sys/user/${limit} && exec "$@"`, "sh", ...node]
    : node;
  const parent = spawn(command[0]!, command.slice(1), { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => {
    if (isAlive(parent.pid!)) process.kill(-parent.pid!, "SIGKILL");
  });
  const said: string[] = [];
  const errors: string[] = [];
  parent.stdout!.setEncoding("utf8").on("data", (text: string) => said.push(...text.trim().split("\n")));
  parent.stderr!.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  return { root, parent, said, errors };
}
