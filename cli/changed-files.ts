// Which files of the project git calls changed: staged, not staged, and not tracked yet.

import { execFileSync } from "node:child_process";
import { KnownError } from "../runtime/errors.ts";

/** Relative to the root, with `/`. @throws KnownError where git cannot tell. */
export function changedFiles(root: string): ReadonlySet<string> {
  const changed = git(root, "diff", "--name-only", "--relative", "-z", "HEAD", "--", ".");
  const untracked = git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".");
  return new Set(`${changed}${untracked}`.split("\0").filter((file) => file !== ""));
}

function git(root: string, ...args: readonly string[]): string {
  try {
    return execFileSync("git", args, {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 1e9,
    });
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    throw new KnownError(
      {
        what: "git cannot tell what has changed",
        where: root,
        found: stderr.trim().split("\n").at(0) || message,
        remedy: "Use --changed in a git repository with a commit, or leave it out",
        isRetryable: false,
      },
      { cause: error },
    );
  }
}
