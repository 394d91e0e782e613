// COPY over a PostgreSQL session: the only importer of pg-copy-streams. Hand either stream to `pipeline` with a signal: an error on the
// way in sends CopyFail, and `finish` comes only after the server has taken everything. One COPY at a time for each session.

import type { Readable, Writable } from "node:stream";
import { from, to } from "pg-copy-streams";
import type { PostgresSession } from "../connections/postgres.ts";

/** Runs `COPY … FROM STDIN`; what is written to the stream is its data. Writes of 64 KiB and more are the fastest. */
export function copyFrom(session: PostgresSession, statement: string): Writable & { readonly rowCount: number } {
  return session.query(from(statement));
}

/** Runs `COPY … TO STDOUT`; chunks of the stream do not end at row ends. */
export function copyTo(session: PostgresSession, statement: string): Readable & { readonly rowCount: number } {
  return session.query(to(statement));
}
