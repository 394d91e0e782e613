import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { createSecretFolder } from "../../../runtime/tools/secret-file.ts";
import { waitUntil } from "../../support/processes.ts";

it("a folder of secrets is this user's alone, takes a name once, and is gone when it is removed, twice if need be", async () => {
  const folder = await createSecretFolder();
  const file = await folder.keep("password", "canary");
  expect(readFileSync(file, "utf8")).toBe("canary");
  expect([statSync(folder.path).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
  await expect(folder.keep("password", "other")).rejects.toThrow(/EEXIST/);
  expect(readdirSync(folder.path)).toEqual(["password"]);
  await folder.remove();
  await folder.remove();
  expect(existsSync(folder.path)).toBe(false);
});

it("a secret does not outlive the process that wrote it, however that ends", async () => {
  const script = join(import.meta.dirname, "killed-secret-keeper.mjs");
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const [path] = (await once(createInterface(child.stdout), "line")) as [string];
  expect(readFileSync(path, "utf8")).toBe("canary");
  child.kill("SIGKILL");
  await once(child, "exit");
  await waitUntil(() => !existsSync(dirname(path)), 30_000);
});
