// A process of its own that outlives this one for a moment: when this one is gone without a word (kill -9), it ends the tool's group. A tool that waits
// for its server would notice the end of its input only when the server has answered, hours later for a large index.

import { spawn } from "node:child_process";

export interface ToolGuard {
  /** The tool has ended: nothing is left to guard. */
  dismiss(): Promise<void>;
}

/** SIGTERM first: on that, pg_restore tells the server to stop what it is at. As every /bin/sh writes it: dash knows no `kill -TERM --`. */
const script = `read -r word; [ "$word" = dismissed ] && exit
kill -s TERM -- "-$1"; sleep 1; kill -s KILL -- "-$1"`;

export function startGuard(group: number): ToolGuard {
  // In a session of its own: whoever kills this process's group does not mean the guard.
  const guard = spawn("/bin/sh", ["-c", script, "sh", String(group)], {
    detached: true,
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = new Promise<void>((resolve) => {
    guard.once("close", () => resolve());
    // Without a shell there is no guard; the end of the input has to do.
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
