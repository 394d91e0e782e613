// A failure of PostgreSQL's, with its place in the SQL that was being run, or in the data of a COPY.

import { isDatabaseError, toKnownError } from "../connections/postgres-errors.ts";
import { isKnownError, KnownError } from "../errors.ts";
import { lineAt } from "./sql-text.ts";

/** A KnownError for what the server or the network said; a defect as it is. `text`: the SQL that was being run. */
export function describePostgresFailure(error: unknown, where: string, text?: string): Error {
  if (isKnownError(error) || !(error instanceof Error)) return toKnownError(error, where);
  if ((error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE") {
    const remedy = "The open transaction was rolled back; the next try starts anew";
    return new KnownError({ what: "the connection was cut in the middle of a COPY", where, remedy }, { cause: error });
  }
  const place = isDatabaseError(error) ? placeWithin(error as Place, text) : undefined;
  return toKnownError(error, place === undefined ? where : `${where}, ${place}`);
}

/** Fields of an ErrorResponse, as the driver names them. */
interface Place {
  /** Character of the statement, from 1. */
  readonly position?: string;
  /** Its CONTEXT: `COPY actor, line 7, column last_update: "…"`. */
  readonly where?: string;
}

function placeWithin({ position, where }: Place, text: string | undefined): string | undefined {
  if (text !== undefined && position) return `line ${lineAtCharacter(text, Number(position))}`;
  // Without the value that stands behind the column: it may be nobody's business.
  return /^COPY .+?, line \d+(?:, column [^:]+)?/m.exec(where ?? "")?.[0];
}

/** PostgreSQL counts characters from 1, JavaScript UTF-16 units from 0. */
function lineAtCharacter(text: string, position: number): number {
  let offset = 0;
  for (let character = 1; character < position && offset < text.length; character += 1) {
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  }
  return lineAt(text, offset);
}
