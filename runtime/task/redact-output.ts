// Everything the task prints passes here, line by line: the secrets that the process was given never leave it.

import { createLineRedactor, createRedactor } from "../connections/redact.ts";

export interface RedactedOutput {
  readonly redact: (text: string) => string;
  /** Writes what is held back (the last line, when it has no end) and waits until the reader of each stream has everything. */
  finish(): Promise<void>;
}

export function redactOutput(secrets: readonly string[]): RedactedOutput {
  const streams = [process.stdout, process.stderr];
  const flushes = secrets.length === 0 ? [] : streams.map((stream) => redactStream(stream, secrets));
  return {
    redact: createRedactor(secrets),
    finish: async () => {
      for (const flush of flushes) flush();
      // A pipe with a slow reader takes 64 KiB at a time: process.exit would cut the rest off.
      await Promise.all(streams.map((stream) => new Promise<void>((resolve) => stream.write("", () => resolve()))));
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
