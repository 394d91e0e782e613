// Which mongorestore the tests run: the real one with DAGWRIGHT_MONGORESTORE=1 (hosted CI, beside a real MongoDB), else the stand-in of
// mongorestore.mjs. Of the real one its server must be real, too.

import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { findProgram } from "../../runtime/executor/find-program.ts";

const standIn = join(import.meta.dirname, "mongorestore.mjs");

/** Hosted CI: the tool's own lines and exit codes. */
const isRealMongorestore = process.env["DAGWRIGHT_MONGORESTORE"] === "1";

/** A PATH on which it is, for the length of the test or, told so, of the suite. */
export function pathWithMongorestore(whenDone: (remove: () => void) => void = onTestFinished): string {
  const path = process.env["PATH"] ?? "";
  if (isRealMongorestore) {
    if (!findProgram("mongorestore", path))
      throw new Error("mongorestore is not on PATH, and DAGWRIGHT_MONGORESTORE=1 demands it");
    return path;
  }
  const folder = mkdtempSync(join(tmpdir(), "dagwright-tools-"));
  whenDone(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(standIn, join(folder, "mongorestore"));
  return `${folder}${delimiter}${path}`;
}

/** The same for this process. */
export function useMongorestore(): void {
  vi.stubEnv("PATH", pathWithMongorestore());
  onTestFinished(() => void vi.unstubAllEnvs());
}
