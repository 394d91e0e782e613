// Everything the task prints passes here, line by line: the secrets that the process was given never leave it.

import { setTimeout } from "node:timers/promises";
import { createLineRedactor, createRedactor } from "../connections/redact.ts";

/** A reader that is alive takes what is left within moments; for a stuck one, a finished task must not hang. */
const readerLimitMs = 30_000;

export interface RedactedOutput {
  readonly redact: (text: string) => string;
  /**
   * Writes what is held back (the last line, when it has no end) and waits until the reader of each stream has everything; for one that does
   * not read, until the limit.
   */
  finish(): Promise<void>;
}

export function redactOutput(secrets: readonly string[], limitMs = readerLimitMs): RedactedOutput {
  const streams = [process.stdout, process.stderr];
  const flushes = secrets.length === 0 ? [] : streams.map((stream) => redactStream(stream, secrets));
  return {
    redact: createRedactor(secrets),
    finish: async () => {
      for (const flush of flushes) flush();
      // A pipe with a slow reader takes 64 KiB at a time: process.exit would cut the rest off.
      const written = streams.map((stream) => new Promise<void>((resolve) => stream.write("", () => resolve())));
      await Promise.race([Promise.all(written), setTimeout(limitMs)]);
    },
  };
}

function redactStream(stream: NodeJS.WriteStream, secrets: readonly string[]): () => void {
  const redactor = createLineRedactor(secrets);
  const write = stream.write.bind(stream) as (chunk: Uint8Array, done?: () => void) => boolean;
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    const callback = [encoding, done].find((argument) => typeof argument === "function") as (() => void) | undefined;
    const bytes =
      typeof chunk === "string"
        ? Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8")
        : chunk;
    return write(redactor.write(Buffer.from(bytes)), callback);
  }) as typeof stream.write;
  return () => void write(redactor.flush());
}
