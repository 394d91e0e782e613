// A timer for any length of time: setTimeout itself fires at once for more than 24 days.

const longestTimerMs = 2 ** 31 - 1;

/** Returns what cancels it. */
export function startTimer(delayMs: number, onEnd: () => void): () => void {
  let timer: NodeJS.Timeout;
  const start = (leftMs: number) => {
    const stepMs = Math.min(leftMs, longestTimerMs);
    timer = setTimeout(() => (leftMs > stepMs ? start(leftMs - stepMs) : onEnd()), stepMs);
  };
  start(delayMs);
  return () => clearTimeout(timer);
}
