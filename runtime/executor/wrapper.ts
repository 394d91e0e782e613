// The POSIX shell around every task process: it writes down how the task ended. It comes in two kinds: one ends the task when the process
// that started it is gone, the other goes on and can be adopted.

import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * `trap : TERM` (never `trap ''`, which children inherit) keeps the wrapper alive when its process group is cancelled; the signal
 * ends `wait` early, so it waits again until the child is gone.
 *
 * Descriptor 3 is the lifeline: its other end is open in the starting process alone, so it ends with that process, even after SIGKILL. What
 * waits for it lives in the same group, and goes when the task has ended. It is born deaf to cancellation: were it to stop its ears only
 * once it runs, a cancellation could come before.
 */
const lifelineScript = `
trap '' TERM INT HUP
trap 'starter_is_gone=yes' USR1
folder=$1 grace=$2 starter_is_gone=
shift 2
(
  read -r line <&3
  kill -USR1 "$$"
  kill -TERM 0
  sleep "$grace"
  kill -KILL 0
) >/dev/null 2>&1 &
lifeline=$!
trap : TERM INT HUP
"$@" </dev/null 3<&- &
child=$!
wait "$child"
code=$?
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  code=$?
done
echo "$code" >"$folder/exit"
if [ -n "$starter_is_gone" ]; then kill -KILL 0; fi
kill -KILL "$lifeline" 2>/dev/null
exit "$code"
`;

/**
 * Claims the attempt first: under \`set -C\` one alone can make the file \`pid\`, the wrapper or who adopts it (claim.ts).
 *
 * The task runs in the foreground, where a trapped signal cannot end the shell's waiting. One fork in all, for the task itself: everything
 * else is a builtin. At last the wrapper ends its own group, itself too: nothing outlives the try, though nobody may be there to see to it.
 */
const outlivingScript = `
set -C
{ echo "$$" >"$1/pid"; } 2>/dev/null || exit 75
set +C
trap : TERM INT HUP
folder=$1
shift 2
"$@"
code=$?
{ echo "$code" >"$folder/exit"; } 2>/dev/null && kill -KILL 0
exit "$code"
`;

export interface Wrapped {
  readonly file: string;
  readonly args: string[];
}

export interface WrappedAttempt {
  readonly folder: string;
  readonly graceMs: number;
  readonly outlives: boolean;
}

/** Before the attempt's folder in the wrapper's arguments: `$0` of its script. */
const wrapperName = "dagwright";

export function wrap({ folder, graceMs, outlives }: WrappedAttempt, command: readonly string[]): Wrapped {
  const script = outlives ? outlivingScript : lifelineScript;
  return { file: "sh", args: ["-c", script, wrapperName, folder, String(graceMs / 1000), ...command] };
}

/** @param commandLine arguments one after the other, each ended by this separator. */
export function isWrapperOf(folder: string, commandLine: string, separator: string): boolean {
  return commandLine.includes(["", wrapperName, folder, ""].join(separator));
}

/** Holds the exit code, as the shell counts it: 128 + N for signal N. */
export function exitFile(folder: string): string {
  return join(folder, "exit");
}

/**
 * Undefined while there is none. It is made by one write, which a newline ends: so half of it, as a full disk or a loss of power leaves it, is none.
 * Written beside and renamed it would be no safer, and cost a process, as much as a whole task that does little.
 */
export function readExitCode(folder: string): number | undefined {
  try {
    const code = /^(\d+)\n$/.exec(readFileSync(exitFile(folder), "latin1"))?.[1];
    return code === undefined ? undefined : Number(code);
  } catch {
    return undefined;
  }
}
