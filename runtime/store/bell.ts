// How a command wakes the scheduler of its store: by the time of a file beside it. Never by the store's own file, which a process must not open
// by itself: closing it would drop SQLite's locks.

import { closeSync, futimesSync, openSync, watch } from "node:fs";
import type { Store } from "./open-store.ts";

/** Called within the transaction that has the news: the scheduler waits for its end. A scheduler that hears nothing looks by itself. */
export function ringBell({ name, memory }: Store): void {
  if (memory) return;
  try {
    const file = openSync(bellFile(name), "a", 0o600);
    const now = new Date();
    futimesSync(file, now, now);
    closeSync(file);
  } catch {
    // A disk that is full must not refuse what the store takes.
  }
}

/** Returns what ends it. */
export function listenToBell(store: Store, onRing: () => void): () => void {
  ringBell(store);
  try {
    const watcher = watch(bellFile(store.name), { persistent: false }, onRing);
    watcher.on("error", () => {});
    return () => watcher.close();
  } catch {
    return () => {};
  }
}

function bellFile(storeFile: string): string {
  return `${storeFile}.bell`;
}
