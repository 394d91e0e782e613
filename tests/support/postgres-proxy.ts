// A wire between a task and its PostgreSQL server: what a test decides there, it decides by the task that speaks.

import type { TestDatabase } from "./databases.ts";
import { startWire, type Verdict } from "./wire.ts";

export interface ProxyRules {
  /** Called with what the server answers on a session of this task (from its application name). `hold`: it never arrives. */
  readonly onAnswer?: (task: string, answer: Buffer) => Verdict | Promise<Verdict>;
  readonly onRequest?: (task: string, request: Buffer) => Verdict | Promise<Verdict>;
}

/** Returns the URI by which tasks reach the database through the wire. */
export async function startProxy(database: TestDatabase, rules: ProxyRules): Promise<string> {
  const { host, port } = database.connection;
  const wire = await startWire({ host: host!, port: port! }, () => {
    let task = "";
    return {
      onRequest: (data) => {
        task = /application_name\0dagwright [^.\0]+\.([^\0]+)\0/.exec(data.toString("latin1"))?.[1] ?? task;
        return rules.onRequest?.(task, data) ?? "pass";
      },
      onAnswer: (data) => rules.onAnswer?.(task, data) ?? "pass",
    };
  });
  return database.uri.replace(/@[^/]+\//, `@127.0.0.1:${wire.port}/`);
}

/** The server's word that a transaction is committed: CommandComplete with the tag COMMIT. */
export function saysCommitted(answer: Buffer): boolean {
  return answer.includes("C\0\0\0\x0bCOMMIT\0", 0, "latin1");
}
