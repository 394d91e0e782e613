// The task process: one document in, one task done, one result file out, an exit code. Reads like a list; drivers load inside
// operators. Invariant: a result file is in place before the process ends by itself, whatever happened.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { runTask } from "../context.ts";
import type { TaskDocument } from "../contract.ts";
import { createCancellation } from "./cancellation.ts";
import { type ClientAndXComs, createClient } from "./client.ts";
import { contextOf } from "./context-of.ts";
import { createEnd } from "./end-process.ts";
import { secretsGivenTo } from "./given-secrets.ts";
import { loadTask } from "./load-task.ts";
import { cancelledOutcome, type Outcome, outcomeOfError, outcomeOfValue } from "./outcome.ts";
import { createProgressWriter } from "./progress-file.ts";
import { readDocumentOrEnd } from "./read-document.ts";
import { redactOutput } from "./redact-output.ts";
import { catchStrayErrors } from "./stray-errors.ts";
import { isCallerThere, watchCaller } from "./watch-caller.ts";

/** @param buildUrl where the build's `task-main.mjs` is: manifest and bundles are beside it. */
export async function main(buildUrl: string): Promise<void> {
  process.setSourceMapsEnabled(true);
  const buildFolder = dirname(fileURLToPath(buildUrl));
  const document = readDocumentOrEnd(process.env);
  const output = redactOutput(secretsGivenTo(document));
  const given = createClient(document);

  const cancellation = createCancellation((reason) => end(cancelledOutcome(reason, given.xcoms)));
  const end = createEnd(document.resultFile, output, given.xcoms, cancellation.signal);
  catchStrayErrors((error) => end(outcomeOfError(error, given.xcoms, buildFolder)));
  if (document.callerPid !== null) {
    if (!isCallerThere(document.callerPid)) return end(cancelledOutcome(callerIsGone(), given.xcoms));
    await watchCaller(document.callerPid);
  }

  await end(await perform(document, buildFolder, given, cancellation.signal));
}

function callerIsGone(): Error {
  return new Error("the task was cancelled (its caller is gone)");
}

async function perform(
  document: TaskDocument,
  buildFolder: string,
  { client, xcoms }: ClientAndXComs,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const task = await loadTask(document, buildFolder);
    const running = {
      context: contextOf(document, signal),
      client,
      reportProgress: createProgressWriter(document.progressFile),
    };
    return outcomeOfValue(task, await runTask(running, task.execute), xcoms);
  } catch (error) {
    return outcomeOfError(error, xcoms, buildFolder);
  }
}
