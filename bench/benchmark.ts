// What a measurement is made of. Several candidates do the same work, in turns; the first one is what the others are compared with.

/** A process that is timed from its start to its end. */
export interface Step {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
}

/** What one run took. */
export interface Usage {
  readonly wallMs: number;
  /** User and system time. */
  readonly cpuMs: number;
  /** Of the largest single process, or of all together where a note says so. */
  readonly peakMb: number;
  /** Of the things that it did one by one, how long each took. */
  readonly eachMs?: readonly number[];
}

export interface Candidate {
  readonly name: string;
  /** How many things a run does: then the report says how many a second. */
  readonly count?: number;
  /** Before each run, not timed. */
  readonly prepare?: () => Promise<void>;
  /** The processes of one run, one after the other, whose times and CPU are added up; or a run that is measured from within. */
  readonly steps: (() => readonly Step[]) | (() => Promise<Usage>);
  /** After each run, not timed. Throws when the work was not done right. */
  readonly verify?: () => Promise<void>;
}

export interface Comparison {
  /** What is worked on, e.g. `Pagila`. */
  readonly subject: string;
  readonly candidates: readonly Candidate[];
}

export interface Setting {
  readonly comparisons: readonly Comparison[];
  /** Name and version of everything that takes part. */
  readonly versions: Readonly<Record<string, string>>;
  /** What a reader must know to read the numbers; who is missing and why. */
  readonly notes: readonly string[];
}

export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  /** Timed runs of each candidate, after one that is not counted. */
  readonly rounds: number;
  /** What is measured where `--sizes` says nothing; undefined: there is nothing to choose. */
  readonly sizes?: readonly number[];
  /** Makes what is needed; what has to be taken away at the end is given to `atEnd`. */
  readonly setUp: (atEnd: (remove: () => Promise<void>) => void, sizes: readonly number[]) => Promise<Setting>;
}
