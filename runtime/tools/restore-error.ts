// An error of pg_restore's, and whether it does harm: told by the server's words and the statement that they are about. Pure.

export interface RestoreError {
  /** The tool's or the server's words. */
  readonly text: string;
  /** The entry that it was at: `215; 1259 16385 TABLE public actor postgres`. */
  readonly entry: string | undefined;
  /** The statement that failed, if one did. */
  readonly command: string | undefined;
}

export type RestoreMode = "fresh" | "in_place";

/**
 * `--clean` drops what the archive is about to create, also where it is not there: with `--if-exists` (a fresh database) that is no error. And
 * pg_restore 17 and newer sets `transaction_timeout` on servers that do not know it yet.
 */
export function isHarmless({ text, command = "" }: RestoreError, mode: RestoreMode): boolean {
  if (/unrecognized configuration parameter "transaction_timeout"/.test(text))
    return /^SET transaction_timeout = 0/.test(command);
  if (mode === "fresh") return false;
  return (
    /ERROR: .* does not exist$/.test(firstLine(text)) &&
    /^(?:DROP \w+|ALTER TABLE .* DROP |ALTER TABLE .* DETACH PARTITION )/s.test(command)
  );
}

function firstLine(text: string): string {
  return text.split(" LINE 1:")[0]!.trim();
}
