// A task gets only the connections that it declared: what its handler asks for by name must be in its list.

import { isNodeTask } from "../../runtime/dag/model.ts";
import type { LoadedDag } from "../load/loaded.ts";
import type { Sources } from "../load/sources.ts";
import { argumentOfTask, type Finding, inTask, type Rule } from "./rule.ts";

/** Source: airflow.models.connection (RE_SANITIZE_CONN_ID, CONN_ID_MAX_LEN). */
const idPattern = /^[\w#!()\-.:/\\]{1,250}$/;
const methods = ["getConnection", "getConnectionOrThrow"];

export const undeclaredConnection: Rule = {
  code: "undeclared-connection",
  group: "convention",
  severity: "error",
  summary: "a handler asks only for connections that its task declares, and their ids are valid",
  view: "source",
  async check(dag, sources) {
    const findings: Finding[] = [];
    for (const index of dag.model.tasks.keys()) {
      findings.push(...checkIds(dag, index), ...(await checkHandler(dag, index, sources)));
    }
    return findings;
  },
};

function checkIds(dag: LoadedDag, index: number): Finding[] {
  const task = dag.model.tasks[index]!;
  if (!isNodeTask(task)) return [];
  const invalid = task.connections.filter((id) => !idPattern.test(id));
  return invalid.map((id) => ({
    at: task.kind === "operator" ? argumentOfTask(dag, index, 1) : inTask(dag, index, "connections", { element: id }),
    text: `connection id ${JSON.stringify(id)} of task ${JSON.stringify(task.id)} ${id === "" ? "is empty" : "is not valid"}`,
    remedy: "use letters, digits, _ and the signs # ! ( ) - . : / \\, at most 250 characters",
  }));
}

async function checkHandler(dag: LoadedDag, index: number, sources: Sources): Promise<Finding[]> {
  const task = dag.model.tasks[index]!;
  if (task.kind !== "handler" && task.kind !== "short_circuit") return [];
  const { call } = argumentOfTask(dag, index, 1);
  if (!sources.textOf(call.file)?.includes("getConnection")) return [];
  const asked = (await sources.staticView()).findStringsPassed(call, 1, methods);
  return asked
    .filter(({ text }) => !task.connections.includes(text))
    .map(({ text, file, line, column }) => ({
      at: { call: { file, line, column } },
      text: `task ${JSON.stringify(task.id)} asks for connection ${JSON.stringify(text)} but does not declare it`,
      remedy: `add ${JSON.stringify(text)} to the task's options: { connections: ${JSON.stringify([...task.connections, text])} }`,
    }));
}
