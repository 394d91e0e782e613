// Runs one try in the foreground and prints what it prints, without the project's secrets. Ctrl-C ends it, a second one at once.

import { createLineRedactor } from "../runtime/connections/redact.ts";
import type { AttemptEnd, AttemptRequest } from "../runtime/executor/attempt.ts";
import { startAttempt } from "../runtime/executor/start-attempt.ts";
import { finishSweeps } from "../runtime/executor/sweep-attempts.ts";
import type { Io } from "./command.ts";
import { followLog } from "./follow-log.ts";
import { readProjectSecrets } from "./redact-project.ts";

/** What it says while it is ended is of interest, too. */
const stayingOn = new AbortController().signal;

export async function runTry(attempt: AttemptRequest, io: Io): Promise<AttemptEnd> {
  const redactor = createLineRedactor(readProjectSecrets(io));
  const print = async (bytes: Buffer) => void process.stdout.write(bytes);
  const running = startAttempt(attempt);
  const terminate = () => running.terminate("interrupted");
  const kill = () => running.kill("interrupted");
  io.signal.addEventListener("abort", terminate);
  io.killSignal.addEventListener("abort", kill);
  let isEnded = false;
  const ended = running.ended.then((end) => {
    isEnded = true;
    return end;
  });
  try {
    if (io.signal.aborted) terminate();
    await followLog({
      file: attempt.logFile,
      print: (bytes) => print(redactor.write(bytes)),
      isEnded: () => isEnded,
      whenEnded: ended,
      signal: stayingOn,
    });
    await print(redactor.flush());
    return await ended;
  } finally {
    io.signal.removeEventListener("abort", terminate);
    io.killSignal.removeEventListener("abort", kill);
    await finishSweeps();
  }
}
