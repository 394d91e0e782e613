// What getClient() returns: the declared connections and variables, and the XComs that the handler sets.

import { findConnection, findVariable, getConnection, getVariable } from "../connections/find.ts";
import type { TaskClient } from "../context.ts";
import type { TaskDocument } from "../contract.ts";
import type { JsonValue } from "../dag/json.ts";
import { KnownError } from "../errors.ts";
import { declaredEnvironment } from "./read-document.ts";
import { checkXComKey, toXCom } from "./to-xcom.ts";

export interface ClientAndXComs {
  readonly client: TaskClient;
  /** Filled as the handler sets them. */
  readonly xcoms: Record<string, JsonValue>;
}

export function createClient(document: TaskDocument): ClientAndXComs {
  const xcoms: Record<string, JsonValue> = {};
  const check = (noun: "connections" | "variables", name: string) => {
    if (!document[noun].includes(name)) throw undeclared(document, noun, name);
    return name;
  };
  const environment = declaredEnvironment(document, process.env);
  const client: TaskClient = {
    getConnection: async (id) => findConnection(check("connections", id), environment),
    getConnectionOrThrow: async (id) => getConnection(check("connections", id), environment),
    getVariable: async (key) => findVariable(check("variables", key), environment),
    getVariableOrThrow: async (key) => getVariable(check("variables", key), environment),
    setXCom: async ({ key, value }) => {
      xcoms[checkXComKey(key)] = toXCom(value, `XCom ${key}`);
    },
  };
  return { client, xcoms };
}

function undeclared(document: TaskDocument, noun: "connections" | "variables", name: string): KnownError {
  const declared = document[noun].length === 0 ? "none" : document[noun].join(", ");
  return new KnownError({
    what: `${JSON.stringify(name)} is not among the ${noun} that the task declared`,
    where: `DAG ${document.dagId}, task ${document.taskId}`,
    found: `declared: ${declared}`,
    remedy: `Add ${noun}: [${JSON.stringify(name)}] to the task's third argument`,
    isRetryable: false,
  });
}
