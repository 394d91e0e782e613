// Processes of their own that outlive this one for a moment: when this one is gone without a word (kill -9), they end a tool's group, and remove a folder
// of secrets. A tool that waits for its server would notice the end of its input only when the server has answered, hours later for a large index.

import { spawn } from "node:child_process";

export interface Guard {
  /** Nothing is left to guard. */
  dismiss(): Promise<void>;
}

/** SIGTERM first: on that, pg_restore tells the server to stop what it is at. As every /bin/sh writes it: dash knows no `kill -TERM --`. */
const endGroup = `kill -s TERM -- "-$1"; sleep 1; kill -s KILL -- "-$1"`;
const removeFolder = `rm -rf -- "$1"`;

export function guardGroup(group: number): Guard {
  return startGuard(endGroup, String(group));
}

/** @param folder absolute. */
export function guardFolder(folder: string): Guard {
  return startGuard(removeFolder, folder);
}

function startGuard(work: string, argument: string): Guard {
  const script = `read -r word; [ "$word" = dismissed ] && exit\n${work}`;
  // In a session of its own: whoever kills this process's group does not mean the guard.
  const guard = spawn("/bin/sh", ["-c", script, "sh", argument], {
    cwd: "/",
    detached: true,
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = new Promise<void>((resolve) => {
    guard.once("close", () => resolve());
    // Without a shell there is no guard; the end of a tool's input, and the removal of its files by this process, have to do.
    guard.once("error", () => resolve());
  });
  guard.stdin.on("error", () => {});
  return {
    dismiss: () => {
      guard.stdin.end("dismissed\n");
      return ended;
    },
  };
}
