// A port that nobody listens on.

import { createServer } from "node:net";

/** The wanted one if it is free, else any. */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted === undefined) return listen(0);
  return listen(wanted).catch(() => listen(0));
}

function listen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
      .once("error", reject)
      .listen(port, "127.0.0.1", () => {
        const address = probe.address() as { port: number };
        probe.close(() => resolve(address.port));
      });
  });
}
