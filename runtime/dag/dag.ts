// The author's surface: `new Dag`, its tasks, and their order. Follows @apache-airflow/ts-sdk where both have the feature.
// Invariant: everything here only records; describe() and the lint rules judge.

import {
  type CallSite,
  type DagDefinition,
  type DagSpec,
  type EdgeDefinition,
  type Handler,
  isOperator,
  isTaskRef,
  type NodeTaskSpec,
  type Operator,
  type TaskBody,
  type TaskDefinition,
  type TaskRef,
  type TaskSpec,
  taskBrand,
} from "./definition.ts";
import { DefinitionError } from "./definition-error.ts";
import type { JsonValue } from "./json.ts";
import { callSiteOf, register } from "./registry.ts";

/** What a task's handler is called with: each input is an earlier task's output or a JSON value. */
export type InputsOf<I> = { readonly [Name in keyof I]: TaskRef<I[Name]> | I[Name] };

/** Places the task; called exactly once. */
export type TaskFactory<I, Output> = [keyof I] extends [never]
  ? () => TaskRef<Output>
  : (inputs: InputsOf<I>) => TaskRef<Output>;

/**
 * A DAG. Defined once here, then compiled to Airflow or run standalone.
 *
 * @example
 * const dag = new Dag("hello", { schedule: "@daily", startDate: "2024-01-01", tags: ["demo"], defaultArgs: { retries: 2 } });
 * const name = dag.task("pick_name", () => "world")();
 * dag.task("greet", ({ name }: { name: string }) => console.log(`hello ${name}`))({ name });
 */
export class Dag implements DagDefinition {
  readonly id: string;
  readonly spec: DagSpec;
  readonly tasks: TaskDefinition[] = [];
  readonly edges: EdgeDefinition[] = [];
  readonly site: CallSite | null;

  /** @param id Airflow's `dag_id`: letters, digits, `_`, `-`, `.`; unique in the project. */
  constructor(id: string, spec: DagSpec = {}) {
    this.id = id;
    this.spec = spec;
    this.site = callSiteOf(Dag);
    register(this);
  }

  /**
   * A task that is a TypeScript function. What it returns is its XCom `return_value`; `undefined` and `null` leave none.
   * Returns a function that places the task; call it once, with the inputs.
   */
  task<I = Record<never, never>, Output = unknown>(
    id: string,
    handler: (inputs: I) => Output,
    spec: NodeTaskSpec = {},
  ): TaskFactory<I, Awaited<Output>> {
    return this.#factory({ id, body: { kind: "handler", handler: handler as Handler }, spec, role: null }, this.task);
  }

  /**
   * A task that decides whether the work goes on: after a falsy result every task downstream of it is skipped, whatever its
   * trigger rule; teardowns are not. Airflow's ShortCircuitOperator.
   */
  shortCircuit<I = Record<never, never>, Output = unknown>(
    id: string,
    handler: (inputs: I) => Output,
    spec: NodeTaskSpec = {},
  ): TaskFactory<I, Awaited<Output>> {
    const body: TaskBody = { kind: "short_circuit", handler: handler as Handler };
    return this.#factory({ id, body, spec, role: null }, this.shortCircuit);
  }

  /** A task from `dagwright/operators`. Its connections are declared by the operator. */
  run<Output>(id: string, operator: Operator<Output>, spec: TaskSpec = {}): TaskRef<Output> {
    return this.#place({ id, body: { kind: "operator", operator }, spec, role: null }, this.run);
  }

  /** A shell command, run by bash. Exit code 99 skips the task, as in Airflow; its last line of output is its XCom. */
  bash(id: string, command: string, spec: TaskSpec = {}): TaskRef<string> {
    if (typeof command !== "string") {
      throw new DefinitionError(
        `DAG ${quote(this.id)}, task ${quote(id)}: the command is ${String(command)}. Give a string.`,
      );
    }
    return this.#place({ id, body: { kind: "bash", command }, spec, role: null }, this.bash);
  }

  /** A task that does nothing: a point where paths meet. Airflow's EmptyOperator. */
  empty(id: string, spec: TaskSpec = {}): TaskRef<null> {
    return this.#place({ id, body: { kind: "empty" }, spec, role: null }, this.empty);
  }

  /** A setup: the tasks between it and its teardown need it, and clearing one of them clears it too. */
  setup<Output>(
    id: string,
    work: Operator<Output> | (() => Output),
    spec: NodeTaskSpec = {},
  ): TaskRef<Awaited<Output>> {
    return this.#place({ id, body: bodyOf(work), spec, role: "setup" }, this.setup);
  }

  /**
   * A teardown of these setups: runs when its setup ran, whatever happened in between, and does not decide whether the run failed.
   * An operator that takes a setup's output (`releaseLease(lock)`) is a teardown of that setup by itself.
   */
  teardown<Output>(
    id: string,
    work: Operator<Output> | (() => Output),
    spec: NodeTaskSpec & { readonly of?: readonly TaskRef<unknown>[] } = {},
  ): TaskRef<Awaited<Output>> {
    const { of = [], ...taskSpec } = spec;
    const ref = this.#place<Awaited<Output>>(
      { id, body: bodyOf(work), spec: taskSpec, role: "teardown" },
      this.teardown,
    );
    const inputs = Object.values(ref[taskBrand].inputs).filter(isTaskRef);
    for (const setup of new Set([...of, ...inputs])) {
      if (setup[taskBrand].role !== "setup") {
        if (!of.includes(setup)) continue;
        throw new DefinitionError(
          `DAG ${quote(this.id)}, task ${quote(id)}: torn down after ${quote(setup.id)}, which is no setup. Make it one with dag.setup, or order the two with chain.`,
        );
      }
      ref[taskBrand].setups.push(setup.id);
      addEdge(setup, ref, ref[taskBrand].site);
    }
    return ref;
  }

  #factory<I, Output>(task: Draft, callee: Callee): TaskFactory<I, Output> {
    const site = callSiteOf(callee);
    let placed = false;
    const place = (inputs: Record<string, TaskRef<unknown> | JsonValue> = {}) => {
      if (placed) {
        throw new DefinitionError(
          `DAG ${quote(this.id)}, task ${quote(task.id)}: placed twice. A task is placed once; give the second one an id of its own.`,
        );
      }
      placed = true;
      return this.#add<Output>(task, inputs, site, callSiteOf(place));
    };
    return place as unknown as TaskFactory<I, Output>;
  }

  #place<Output>(task: Draft, callee: Callee): TaskRef<Output> {
    const site = callSiteOf(callee);
    const inputs = task.body.kind === "operator" ? task.body.operator.inputs : {};
    return this.#add<Output>(task, inputs, site, site);
  }

  #add<Output>(
    task: Draft,
    inputs: Readonly<Record<string, TaskRef<unknown> | JsonValue>>,
    site: CallSite | null,
    placedAt: CallSite | null,
  ): TaskRef<Output> {
    const definition: TaskDefinition = { ...task, dag: this, setups: [], inputs: { ...inputs }, site };
    this.tasks.push(definition);
    const ref = this.#refTo<Output>(definition);
    for (const input of Object.values(inputs)) {
      if (isTaskRef(input)) addEdge(input, ref, placedAt);
    }
    return ref;
  }

  #refTo<Output>(definition: TaskDefinition): TaskRef<Output> {
    const ref: TaskRef<Output> = {
      [taskBrand]: definition,
      id: definition.id,
      before: (...tasks) => {
        const site = callSiteOf(ref.before);
        for (const task of tasks) addEdge(ref, task, site);
        return ref;
      },
      after: (...tasks) => {
        const site = callSiteOf(ref.after);
        for (const task of tasks) addEdge(task, ref, site);
        return ref;
      },
    };
    return ref;
  }
}

/**
 * Orders tasks one after the other; a list stands for all of its tasks. Two lists side by side are paired, as in Airflow's
 * `chain`, and must be of the same length.
 *
 * @example chain(extract, [clean, count], load);
 */
export function chain(...steps: readonly (TaskRef<unknown> | readonly TaskRef<unknown>[])[]): void {
  const site = callSiteOf(chain);
  for (const [index, step] of steps.slice(1).entries()) {
    for (const [upstream, downstream] of pairs(steps[index]!, step)) {
      addEdge(upstream, downstream, site);
    }
  }
}

function addEdge(upstream: TaskRef<unknown>, downstream: TaskRef<unknown>, site: CallSite | null): void {
  const dag = upstream[taskBrand].dag;
  const other = downstream[taskBrand].dag;
  if (dag !== other) {
    throw new DefinitionError(
      `DAG ${quote(dag.id)}, task ${quote(upstream.id)}: ordered before task ${quote(downstream.id)} of DAG ${quote(other.id)}. An edge stays within one DAG.`,
    );
  }
  dag.edges.push({ upstream: upstream.id, downstream: downstream.id, site });
}

type Draft = Pick<TaskDefinition, "id" | "body" | "spec" | "role">;
type Step = TaskRef<unknown> | readonly TaskRef<unknown>[];
// biome-ignore lint/complexity/noBannedTypes: any public method, only to cut the stack trace above it
type Callee = Function;

function pairs(left: Step, right: Step): [TaskRef<unknown>, TaskRef<unknown>][] {
  if (isTaskRef(left) && isTaskRef(right)) return [[left, right]];
  if (isTaskRef(left)) return (right as readonly TaskRef<unknown>[]).map((task) => [left, task]);
  if (isTaskRef(right)) return left.map((task) => [task, right]);
  if (left.length !== right.length) {
    throw new DefinitionError(
      `chain: a list of ${left.length} next to a list of ${right.length}. Lists side by side are paired; give them the same length.`,
    );
  }
  return left.map((task, index) => [task, right[index]!]);
}

function bodyOf(work: Operator<unknown> | (() => unknown)): TaskBody {
  return isOperator(work) ? { kind: "operator", operator: work } : { kind: "handler", handler: work as Handler };
}

function quote(text: string): string {
  return JSON.stringify(text);
}
