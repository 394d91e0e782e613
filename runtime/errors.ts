// The environment's errors: one known class with the four parts of every message (what, where, found, do), caught once at the
// command line and in the task's main. Anything else that is thrown is a defect and keeps its stack.

export interface Trouble {
  /** What is wrong, one sentence without its full stop. */
  readonly what: string;
  /** Which file, line, connection or task. */
  readonly where?: string;
  /** What was seen there, quoted. */
  readonly found?: string;
  /** What the reader can do about it. */
  readonly remedy?: string;
  /** Whether the same attempt may succeed later. Default: true. Wrong passwords and missing files are not. */
  readonly isRetryable?: boolean;
}

const knownErrorBrand = Symbol.for("dagwright.known-error");

export class KnownError extends Error {
  override readonly name = "KnownError";
  readonly [knownErrorBrand] = true;
  readonly trouble: Trouble;

  constructor(trouble: Trouble, options?: ErrorOptions) {
    super(formatTrouble(trouble), options);
    this.trouble = trouble;
  }
}

export function isKnownError(error: unknown): error is KnownError {
  return typeof error === "object" && error !== null && knownErrorBrand in error;
}

/** The four parts in one line: `what (where): found. do`. */
export function formatTrouble({ what, where, found, remedy }: Trouble): string {
  const place = where === undefined ? "" : ` (${where})`;
  const seen = found === undefined ? "" : `: ${found}`;
  const sentence = `${what}${place}${seen}`;
  return remedy === undefined ? sentence : `${sentence}. ${remedy}`;
}

/** The same trouble, and before its remedy what has become of the thing that was worked on. What is no known error stays as it is. */
export function withAftermath(error: unknown, aftermath: string): unknown {
  if (!isKnownError(error)) return error;
  const { remedy } = error.trouble;
  const both = remedy === undefined ? aftermath : `${aftermath}. ${remedy}`;
  return new KnownError({ ...error.trouble, remedy: both }, { cause: error });
}

const outcomeBrand = Symbol.for("dagwright.outcome");

/** Thrown by a handler: the task fails and is not tried again, however many retries it has. Airflow's exception of that name. */
export class AirflowFailException extends Error {
  override readonly name = "AirflowFailException";
  readonly [outcomeBrand] = "fail";
}

/** Thrown by a handler: the task is skipped, and what depends on its success with it. Airflow's exception of that name. */
export class AirflowSkipException extends Error {
  override readonly name = "AirflowSkipException";
  readonly [outcomeBrand] = "skip";
}

/** The outcome that an error stands for, by brand: the error may come from another copy of this package. */
export function outcomeOf(error: unknown): "fail" | "skip" | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  return (error as { [outcomeBrand]?: "fail" | "skip" })[outcomeBrand];
}
