// A child process that is sent one request and reports until it is done: whatever it does instead (ends, never ends, hears no Ctrl-C), the
// command goes on.

import type { ChildProcess } from "node:child_process";

export interface Supervision<Report> {
  /** Starts anew whenever `refresh` is called. */
  readonly limitMs: number;
  /** Kills the child. */
  readonly signal: AbortSignal | undefined;
  /** Told of each report; true when the child is done. */
  readonly onReport: (report: Report, refresh: () => void) => boolean;
}

/** Resolves when the child is gone: undefined when it was done before, else how it ended. */
export function supervise<Report>(
  child: ChildProcess,
  request: object | string,
  { limitMs, signal, onReport }: Supervision<Report>,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    child.stdout!.pipe(process.stderr, { end: false });
    let isDone = false;
    let reason: string | undefined;
    // An endless loop does not notice that its parent has gone.
    const kill = () => child.kill("SIGKILL");
    const limit = setTimeout(() => {
      reason = `did not end within ${limitMs / 1000} s`;
      kill();
    }, limitMs);
    process.once("exit", kill);
    signal?.addEventListener("abort", kill, { once: true });
    if (signal?.aborted) kill();
    child.on("message", (report: Report) => {
      if (!onReport(report, () => limit.refresh())) return;
      isDone = true;
      // Not waited for: a timer or a pool that was left open would hold it.
      kill();
    });
    child.once("error", reject);
    child.once("close", (code, endedBy) => {
      clearTimeout(limit);
      process.off("exit", kill);
      signal?.removeEventListener("abort", kill);
      resolve(isDone ? undefined : (reason ?? howItEnded(code, endedBy)));
    });
    // A failure to send is told by its end: it may have been killed at once.
    child.send(request, () => {});
  });
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `was ended by ${signal}`;
  // Node's exit code for a promise that nothing will ever resolve.
  if (code === 13) return "waits for a promise that never resolves";
  return `called process.exit(${code})`;
}
