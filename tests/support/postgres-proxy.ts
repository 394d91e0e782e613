// A wire between a task and its server that a test can watch, hold and cut: for the moments that no signal hits reliably.

import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { TestDatabase } from "./databases.ts";

export interface ProxyRules {
  /** Called with what the server answers on a session of this task (from its application name). `hold`: it never arrives. */
  readonly onAnswer?: (task: string, answer: Buffer) => "pass" | "hold" | "cut";
  readonly onRequest?: (task: string, request: Buffer) => "pass" | "hold" | "cut";
}

/** Returns the URI by which tasks reach the database through the wire. */
export async function startProxy(database: TestDatabase, rules: ProxyRules): Promise<string> {
  const { host, port } = database.connection;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port!, host!);
    let task = "";
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
    const relay = (from: Socket, to: Socket, rule: (data: Buffer) => "pass" | "hold" | "cut") => {
      let isHeld = false;
      from.on("data", (data: Buffer) => {
        const verdict = isHeld ? "hold" : rule(data);
        if (verdict === "cut") client.destroy();
        else if (verdict === "hold") isHeld = true;
        else if (!to.write(data)) {
          from.pause();
          to.once("drain", () => from.resume());
        }
      });
    };
    relay(client, upstream, (data) => {
      task = /application_name\0dagwright [^.\0]+\.([^\0]+)\0/.exec(data.toString("latin1"))?.[1] ?? task;
      return rules.onRequest?.(task, data) ?? "pass";
    });
    relay(upstream, client, (data) => rules.onAnswer?.(task, data) ?? "pass");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port: ownPort } = server.address() as { port: number };
  return database.uri.replace(/@[^/]+\//, `@127.0.0.1:${ownPort}/`);
}

/** The server's word that a transaction is committed: CommandComplete with the tag COMMIT. */
export function saysCommitted(answer: Buffer): boolean {
  return answer.includes("C\0\0\0\x0bCOMMIT\0", 0, "latin1");
}
