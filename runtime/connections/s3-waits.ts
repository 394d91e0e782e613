// Every wait for S3 has an end: with the task, or after its limit. The SDK keeps to neither in all it does.

import { isKnownError } from "../errors.ts";

/** The SDK waits between its tries, whoever is gone by then. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The SDK's own limit ends where an answer begins. */
export async function withLimit<T>(
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const onAbort = () => limit.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(() => limit.abort(), limitMs);
  try {
    return await work(limit.signal);
  } catch (error) {
    if (!limit.signal.aborted || signal.aborted || isKnownError(error)) throw error;
    throw Object.assign(new Error(`no whole answer within ${limitMs / 1000} s`), { code: "ETIMEDOUT" });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}
