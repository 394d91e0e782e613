// A place in a stream of chunks. Readers move `at` themselves and ask for the next chunk when they need it; what they have not used up is
// put in front of it, so a mark that the chunks cut in two is seen whole.

export interface ByteCursor {
  chunk: Buffer;
  at: number;
  /** Brings the next chunk behind what is left of this one. False at the end of the stream. */
  more(): Promise<boolean>;
  /** Stops the source. */
  close(): Promise<void>;
}

export function createByteCursor(source: AsyncIterable<Buffer>): ByteCursor {
  const chunks = source[Symbol.asyncIterator]();
  const cursor: ByteCursor = {
    chunk: Buffer.alloc(0),
    at: 0,
    more: async () => {
      const next = await chunks.next();
      if (next.done) return false;
      const rest = cursor.chunk.subarray(cursor.at);
      cursor.chunk = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
      cursor.at = 0;
      return true;
    },
    close: async () => {
      await chunks.return?.();
    },
  };
  return cursor;
}
