// What pg_restore says, line by line: progress, warnings, and errors with the object and the statement that they belong to. Values of rows, which
// the server quotes in errors about data, do not go on into logs.

export interface RestoreError {
  /** The tool's or the server's words. */
  readonly text: string;
  /** The entry that it was at: `215; 1259 16385 TABLE public actor postgres`. */
  readonly entry: string | undefined;
  /** The statement that failed, if one did. */
  readonly command: string | undefined;
}

export interface RestoreReport {
  readonly errors: readonly RestoreError[];
  readonly warnings: readonly string[];
  /** From its last line, `errors ignored on restore: 3`: it went on to the end. */
  readonly ignored: number | undefined;
}

export type LineKind = "error" | "warning" | "progress";

export interface RestoreListener {
  /** Takes a line in; how it is to be shown. */
  take(line: string): { readonly kind: LineKind; readonly shown: string };
  /** The object that the tool is at: `public.actor`. */
  current(): string | undefined;
  report(): RestoreReport;
}

/** What is kept of them for the end; the log has all. */
const maxKept = 1_000;
const maxCommand = 500;

export function createRestoreListener(): RestoreListener {
  const errors: { text: string; entry: string | undefined; command: string | undefined }[] = [];
  const warnings: string[] = [];
  let ignored: number | undefined;
  let entry: string | undefined;
  let current: string | undefined;
  let kind: LineKind = "progress";

  /** A line without the tool's name continues what was said before: the failed statement, details of the server's. */
  const continues = (line: string) => {
    const last = errors.at(-1);
    if (kind !== "error" || !last) return;
    if (line.startsWith("Command was: ")) last.command = line.slice("Command was: ".length);
    else if (last.command === undefined) last.text = clip(`${last.text} ${line}`);
    else last.command = clip(`${last.command} ${line}`);
  };

  return {
    take(line) {
      const shown = withoutRowValues(line);
      const said = /^pg_restore: (?:\[[^\]]*\] )?(error: |warning: |detail: |hint: )?(.*)$/.exec(shown);
      if (!said) {
        continues(shown);
        return { kind, shown };
      }
      const [, mark, text = ""] = said;
      if (mark === "detail: " || mark === "hint: ") {
        continues(text);
        return { kind, shown };
      }
      kind = mark === "error: " ? "error" : mark === "warning: " ? "warning" : "progress";
      if (kind === "error" && errors.length < maxKept) errors.push({ text, entry, command: undefined });
      const count = /^errors ignored on restore: (\d+)$/.exec(text)?.[1];
      if (count !== undefined) ignored = Number(count);
      else if (kind === "warning" && warnings.length < maxKept) warnings.push(text);
      entry = /^from TOC entry (.*)$/.exec(text)?.[1] ?? (kind === "progress" ? undefined : entry);
      current = /^(?:creating|processing data for table|executing|restoring) .*?"(.+)"$/.exec(text)?.[1] ?? current;
      return { kind, shown };
    },
    current: () => current,
    report: () => ({ errors, warnings, ignored }),
  };
}

function clip(text: string): string {
  return text.length <= maxCommand ? text : `${text.slice(0, maxCommand)}…`;
}

/** `CONTEXT:  COPY a, line 1, column b: "…"`, `DETAIL:  Key (id)=(1) already exists.`, `Failing row contains (…)`, `invalid input syntax …: "…"`. */
function withoutRowValues(line: string): string {
  return line
    .replace(/^(CONTEXT: {2}COPY .+?, line \d+(?:, column [^:]+)?): .*$/, "$1")
    .replace(/^(DETAIL: {2}Key \([^)]*\))=\(.*\) (\w+)/, "$1=(…) $2")
    .replace(/^(DETAIL: {2}Failing row contains) .*$/, "$1 (…)")
    .replace(
      /^(pg_restore: error: COPY failed for table .*?: ERROR: .*(?:syntax for|representation|value).*?): ".*"$/,
      '$1: "…"',
    );
}
