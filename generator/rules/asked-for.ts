// What a handler asks the task's client for by a literal name, against what its task declares: the task gets nothing else.

import type { LoadedDag } from "../load/loaded.ts";
import type { Sources } from "../load/sources.ts";
import { argumentOfTask, type Finding } from "./rule.ts";

export interface Declared {
  readonly noun: string;
  /** The option that declares them. */
  readonly option: "connections" | "variables";
  /** The client's methods that ask for one. */
  readonly methods: readonly [string, ...string[]];
}

export async function findUndeclared(dag: LoadedDag, sources: Sources, declared: Declared): Promise<Finding[]> {
  const findings = dag.model.tasks.map((_, index) => checkHandler(dag, index, { sources, declared }));
  return (await Promise.all(findings)).flat();
}

async function checkHandler(
  dag: LoadedDag,
  index: number,
  { sources, declared: { noun, option, methods } }: { readonly sources: Sources; readonly declared: Declared },
): Promise<Finding[]> {
  const task = dag.model.tasks[index]!;
  if (task.kind !== "handler" && task.kind !== "short_circuit") return [];
  const { call } = argumentOfTask(dag, index, 1);
  const source = sources.textOf(call.file) ?? "";
  if (!methods.some((method) => source.includes(method))) return [];
  const asked = (await sources.staticView()).findStringsPassed(call, 1, methods);
  return asked
    .filter(({ text }) => !task[option].includes(text))
    .map(({ text, file, line, column }) => ({
      at: { call: { file, line, column } },
      text: `task ${JSON.stringify(task.id)} asks for ${noun} ${JSON.stringify(text)} but does not declare it`,
      remedy: `add ${JSON.stringify(text)} to the task's options: { ${option}: ${JSON.stringify([...task[option], text])} }`,
    }));
}
