// The POSIX shell around every task process: it writes down how the task ended, and ends the task when the process that started it is gone.

import { join } from "node:path";

/**
 * `trap : TERM` (never `trap ''`, which children inherit) keeps the wrapper alive when its process group is cancelled; the signal
 * ends `wait` early, so it waits again until the child is gone.
 *
 * Descriptor 3 is the lifeline: its other end is open in the starting process alone, so it ends with that process, even after SIGKILL. What
 * waits for it lives in the same group, and goes when the task has ended. It is born deaf to cancellation: were it to stop its ears only
 * once it runs, a cancellation could come before.
 */
const script = `
trap '' TERM INT HUP
trap 'starter_is_gone=yes' USR1
exit_file=$1 grace=$2 starter_is_gone=
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
printf '%s\\n' "$code" >"$exit_file.part" && mv "$exit_file.part" "$exit_file"
if [ -n "$starter_is_gone" ]; then kill -KILL 0; fi
kill -KILL "$lifeline" 2>/dev/null
exit "$code"
`;

export interface Wrapped {
  readonly file: string;
  readonly args: string[];
}

export function wrap(folder: string, graceMs: number, command: readonly string[]): Wrapped {
  return { file: "sh", args: ["-c", script, "dagwright", exitFile(folder), String(graceMs / 1000), ...command] };
}

/** Holds the exit code, as the shell counts it: 128 + N for signal N. */
export function exitFile(folder: string): string {
  return join(folder, "exit");
}
