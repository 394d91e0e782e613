// Wakes the loop: callbacks ring, the loop waits.

import { startTimer } from "../executor/long-timer.ts";

export interface Bell {
  ring(): void;
  /**
   * Until it rings, or for so long. A ring while nobody waits is kept. Resolves when all that happened at the same moment has rung: what ended
   * together goes into the store together.
   */
  wait(limitMs: number): Promise<void>;
}

export function createBell(): Bell {
  let isRung = false;
  let wake = () => {};
  return {
    ring: () => {
      isRung = true;
      wake();
    },
    wait: (limitMs) =>
      new Promise<void>((resolve) => {
        const stopTimer = limitMs === Number.POSITIVE_INFINITY ? () => {} : startTimer(limitMs, () => wake());
        wake = () => {
          stopTimer();
          isRung = false;
          wake = () => {};
          setImmediate(resolve);
        };
        if (isRung) wake();
      }),
  };
}
