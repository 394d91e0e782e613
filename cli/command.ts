// What a command is: one plain object, listed by hand in commands/index.ts. Its file imports only types and small things at the
// top; the half that it needs (generator, store, drivers) is imported inside `run`, so that `--help` stays fast.

/** Values by the names of arguments and options; one that was not given and has no default is undefined. */
export type Args = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Command<A extends object = Args> {
  /** One word, or two: `connections list`. */
  readonly name: string;
  /** One line for `--help`, without a full stop. */
  readonly summary: string;
  readonly arguments?: readonly Argument[];
  readonly options?: Readonly<Record<string, Option>>;
  /** Shown by `--help` below the options. */
  readonly examples?: readonly Example[];
  /** Whether it comes to an end by itself after `io.killSignal`; the process of any other command ends there. */
  readonly heedsKill?: boolean;
  /** Resolves to the exit code. A KnownError that it throws is shown in its four parts and exits with 2. */
  run(args: A, io: Io): Promise<number>;
}

export interface Argument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Takes all the rest: a list of strings. Only the last one may. */
  readonly isList?: boolean;
}

export interface Option {
  readonly type: "string" | "boolean" | "number";
  readonly description: string;
  readonly alias?: string;
  readonly choices?: readonly string[];
  readonly default?: string | number | boolean;
  /** May be given several times: a list of strings. */
  readonly array?: boolean;
}

export interface Example {
  /** The whole line as it is typed. */
  readonly command: string;
  readonly description: string;
}

/** The world as a command sees it; tests make their own. */
export interface Io {
  /** Of dagwright. */
  readonly version: string;
  /** Written as it is: the text brings its own line ends. */
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute: `--project`, or the nearest folder above the working directory that is a project. */
  readonly projectRoot: string;
  /** Absolute: what paths on the command line are relative to. */
  readonly workingDirectory: string;
  /** Whether stdout is a terminal. */
  readonly isTty: boolean;
  /** Whether stdout may carry colours: a terminal, unless NO_COLOR or FORCE_COLOR say otherwise. */
  readonly hasColors: boolean;
  /** Width of the terminal; 80 where there is none. */
  readonly columns: number;
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP: come to an end in good order. */
  readonly signal: AbortSignal;
  /** Aborted by the second one: leave nothing behind, and wait for nothing. */
  readonly killSignal: AbortSignal;
}
