import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import type { Connection } from "../../../../runtime/connections/connection.ts";
import { runPgRestore } from "../../../../runtime/operators/restore/run-pg-restore.ts";
import { isAlive, waitUntil } from "../../../support/processes.ts";
import { inTask } from "../../../support/running-task.ts";

it("an archive whose end cannot be had is told as that, also when the tool had ended before", async () => {
  const folder = mkdtempSync(join(tmpdir(), "early-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [path, pid] = [join(folder, "pg_restore"), join(folder, "pid")];
  // All that it needs is in the first bytes.
  writeFileSync(path, `#!/bin/sh\nhead -c 100 >/dev/null\necho $$ >${pid}.new; mv ${pid}.new ${pid}\n`, {
    mode: 0o755,
  });
  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    yield Buffer.alloc(100);
    await waitUntil(() => existsSync(pid) && !isAlive(Number(readFileSync(pid, "utf8"))), 20_000);
    for (let turns = 0; turns < 20; turns++) await turn();
    throw new Error("the object was replaced");
  }
  const login = { login: "u", password: "p" };
  const connection: Connection = { id: "c", type: "postgres", host: "h", port: 1, schema: "d", ...login, extra: {} };
  const running = inTask({}, () =>
    runPgRestore({
      tool: { path, version: "18.0" },
      mode: "fresh",
      connection,
      database: "d",
      session: { user: "u", isEncrypted: false, serverOptions: "" },
      applicationName: "test",
      chunks: chunks(),
      size: 200,
      where: "the archive",
      signal: new AbortController().signal,
    }),
  );
  await expect(running).rejects.toThrow("the object was replaced");
});
