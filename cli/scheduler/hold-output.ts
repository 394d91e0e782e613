// Keeps back what is written until something else was shown.

export interface HeldOutput {
  readonly write: (text: string) => void;
  /** Shows this, then what was kept back; from then on nothing is. */
  release(first: string): void;
}

export function holdOutput(write: (text: string) => void): HeldOutput {
  let held: string[] | undefined = [];
  return {
    write: (text) => {
      if (held === undefined) write(text);
      else held.push(text);
    },
    release: (first) => {
      for (const text of [first, ...(held ?? [])]) if (text !== "") write(text);
      held = undefined;
    },
  };
}
