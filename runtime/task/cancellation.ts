// SIGTERM and SIGINT abort the handler's signal; a handler that does not heed it is left behind when the grace is over.

import { terminationGraceMs } from "../contract.ts";

/** Kept back from the grace for writing the result and for the parent's own bookkeeping. */
const reserveMs = 1_000;

export function createCancellation(onGraceOver: (reason: Error) => void): { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const cancel = (cause: string) => {
    if (controller.signal.aborted) return;
    const reason = new Error(`the task was cancelled (${cause})`);
    controller.abort(reason);
    setTimeout(() => onGraceOver(reason), terminationGraceMs - reserveMs);
  };
  process.on("SIGTERM", cancel);
  process.on("SIGINT", cancel);
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => cancel(causeOf(error)));
  }
  return { signal: controller.signal };
}

function causeOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "EPIPE") return "whoever reads its output is gone";
  return `the output cannot be written: ${code ?? message}`;
}
