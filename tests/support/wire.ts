// A wire between a client and its server that a test can watch, hold and cut: for the moments that no signal hits reliably.

import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export type Verdict = "pass" | "hold" | "cut";

/** With a promise, nothing of its direction goes on until it is settled. */
export type Rule = (data: Buffer) => Verdict | Buffer | Promise<Verdict | Buffer>;

/** What is decided about the data of one connection. `hold`: this and all that follows in its direction never arrives. */
export interface WireRules {
  readonly onRequest?: Rule | undefined;
  readonly onAnswer?: Rule | undefined;
}

export interface Wire {
  readonly port: number;
  /** Connections that are open now. */
  open(): number;
  /** All of them, as they are. */
  cut(): void;
  /** Resolves when none is. */
  untilClosed(): Promise<void>;
}

/** @param rulesOf called for each connection. A buffer that a rule returns is passed on in place of the data. */
export async function startWire(
  server: { readonly host: string; readonly port: number },
  rulesOf: () => WireRules,
): Promise<Wire> {
  const pairs = new Set<Socket>();
  let onClosed = () => {};
  const listener = createServer((client) => {
    const upstream = connect(server.port, server.host);
    pairs.add(client);
    const rules = rulesOf();
    for (const socket of [client, upstream]) {
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("close", () => {
      pairs.delete(client);
      if (pairs.size === 0) onClosed();
    });
    relay(client, upstream, rules.onRequest, () => client.destroy());
    relay(upstream, client, rules.onAnswer, () => client.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of pairs) socket.destroy();
    listener.close();
  });
  return {
    port: (listener.address() as { port: number }).port,
    open: () => pairs.size,
    cut: () => {
      for (const client of pairs) client.destroy();
    },
    untilClosed: () =>
      new Promise((resolve) => {
        onClosed = resolve;
        if (pairs.size === 0) resolve();
      }),
  };
}

function relay(from: Socket, to: Socket, rule: WireRules["onRequest"], cut: () => void): void {
  let isHeld = false;
  const obey = (data: Buffer, verdict: Verdict | Buffer) => {
    if (verdict === "hold") {
      isHeld = true;
      return;
    }
    if (verdict === "cut") {
      cut();
      return;
    }
    if (!to.write(verdict === "pass" ? data : verdict)) {
      from.pause();
      to.once("drain", () => from.resume());
    }
  };
  from.on("data", (data: Buffer) => {
    const verdict = isHeld ? "hold" : (rule?.(data) ?? "pass");
    if (!(verdict instanceof Promise)) {
      obey(data, verdict);
      return;
    }
    from.pause();
    void verdict.then((settled) => {
      from.resume();
      obey(data, settled);
    }, cut);
  });
}
