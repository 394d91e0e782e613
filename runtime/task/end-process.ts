// The end of the task process, once: the result in place, all that was printed with its reader, an exit code that says the same.

import { exitCodes, type ResultError, type TaskResult } from "../contract.ts";
import type { JsonObject } from "../dag/json.ts";
import { formatTrouble, type Trouble } from "../errors.ts";
import { cancelledOutcome, failedOutcome, type Outcome } from "./outcome.ts";
import type { RedactedOutput } from "./redact-output.ts";
import { writeResult } from "./result-file.ts";

/** The first end counts, a later one (an error in a timer that was left behind) changes nothing. */
export function createEnd(
  resultFile: string,
  output: RedactedOutput,
  xcoms: JsonObject,
  signal: AbortSignal,
): (outcome: Outcome) => Promise<void> {
  let hasEnded = false;
  const settle = ({ result, exitCode }: Outcome): number => {
    hasEnded = true;
    try {
      writeResult(resultFile, redactError(result, output));
      return exitCode;
    } catch (error) {
      // Without a result no other exit code would be understood; and thrown on, it would come back here and find the end begun.
      console.error(`error: ${formatTrouble(unwritable(resultFile, error as Error))}`);
      return exitCodes.failed;
    }
  };
  const end = async (planned: Outcome): Promise<void> => {
    if (hasEnded) return;
    // Whatever a cancelled handler returned or threw: it was cancelled.
    const outcome = signal.aborted ? cancelledOutcome(signal.reason, xcoms) : planned;
    const exitCode = settle(outcome);
    await output.finish();
    process.exit(exitCode);
  };
  process.once("beforeExit", () => end(failedOutcome("the task waits for something that can never happen", xcoms)));
  process.once("exit", (code) => {
    if (hasEnded) return;
    settle(failedOutcome(`the task's code ended its process with process.exit(${code})`, xcoms));
    process.exitCode = exitCodes.failed;
  });
  return end;
}

function unwritable(resultFile: string, error: Error): Trouble {
  const remedy = "See that the folder is there and its disk has room";
  return { what: "the task's result cannot be written", where: resultFile, found: error.message, remedy };
}

/** An error's text may quote a secret, or half a character; it goes on to the store, to tables and to pages. */
function redactError(result: TaskResult, { redact }: RedactedOutput): TaskResult {
  if (result.error === null) return result;
  const parts = Object.entries(result.error).map(([part, text]) => [
    part,
    text === null ? null : redact(text).toWellFormed(),
  ]);
  return { ...result, error: Object.fromEntries(parts) as ResultError };
}
