// The author's surface: `new Dag`, its tasks, and their order. Follows @apache-airflow/ts-sdk where both have the feature.
// Invariant: everything here only records; describe() and the lint rules judge.

import {
  type ArgumentPath,
  type CallSite,
  type DagDefinition,
  type EdgeDefinition,
  type Handler,
  isOperator,
  isTaskRef,
  type Operator,
  type TaskBody,
  type TaskDefinition,
  type TaskDraft,
  type TaskRef,
  type TeardownSpec,
  taskBrand,
} from "./definition.ts";
import { DefinitionError } from "./definition-error.ts";
import { addEdge, givenTask } from "./edges.ts";
import { reportMistake, toMistakes } from "./mistake.ts";
import { callSiteOf, register } from "./registry.ts";
import { isPlainObject, show, wrong } from "./shapes.ts";
import type { DagSpec, NodeTaskSpec, TaskSpec } from "./spec.ts";

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
  readonly drafts: TaskDraft[] = [];
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
    spec: TeardownSpec = {},
  ): TaskRef<Awaited<Output>> {
    const ref = this.#place<Awaited<Output>>({ id, body: bodyOf(work), spec, role: "teardown" }, this.teardown);
    const { inputs, setups, site } = ref[taskBrand];
    const given: unknown = spec?.of;
    const of = Array.isArray(given) ? given.filter(isTaskRef) : [];
    for (const setup of new Set([...of, ...Object.values(inputs).filter(isTaskRef)])) {
      const path: ArgumentPath = of.includes(setup) ? [2, "of", of.indexOf(setup)] : [1];
      if (setup[taskBrand].role === "setup") {
        setups.push(setup.id);
        addEdge(setup, ref, { call: site, path });
      } else if (of.includes(setup)) {
        reportMistake({
          call: site,
          path,
          text: `DAG ${show(this.id)}, task ${show(id)}: torn down after ${show(setup.id)}, which is no setup`,
          remedy: "make it one with dag.setup, or order the two with chain",
        });
      }
    }
    return ref;
  }

  #factory<I, Output>(task: Draft, callee: Callee): TaskFactory<I, Output> {
    const site = callSiteOf(callee);
    const draft: TaskDraft = { id: task.id, site, isPlaced: false };
    this.drafts.push(draft);
    const place = (inputs: unknown = {}) => {
      if (draft.isPlaced) {
        throw new DefinitionError(
          `DAG ${show(this.id)}, task ${show(task.id)}: placed twice. A task is placed once; give the second one an id of its own.`,
        );
      }
      draft.isPlaced = true;
      return this.#add<Output>(task, { inputs, site, placedAt: callSiteOf(place), argument: 0 });
    };
    return place as unknown as TaskFactory<I, Output>;
  }

  #place<Output>(task: Draft, callee: Callee): TaskRef<Output> {
    const site = callSiteOf(callee);
    const inputs = task.body.kind === "operator" && isOperator(task.body.operator) ? task.body.operator.inputs : {};
    return this.#add<Output>(task, { inputs, site, placedAt: site, argument: 1 });
  }

  #add<Output>(task: Draft, { inputs, site, placedAt, argument }: Placing): TaskRef<Output> {
    const named = isPlainObject(inputs) ? (inputs as TaskDefinition["inputs"]) : {};
    if (!isPlainObject(inputs)) {
      const where = `DAG ${show(this.id)}, task ${show(task.id)}`;
      const found = wrong(inputs, "an object of inputs", "write { name: task }, or nothing");
      for (const mistake of toMistakes({ call: placedAt, index: 0, where, name: "what it is called with" }, found)) {
        reportMistake(mistake);
      }
    }
    const definition: TaskDefinition = { ...task, dag: this, setups: [], inputs: { ...named }, site, placedAt };
    this.tasks.push(definition);
    const ref = this.#refTo<Output>(definition);
    for (const [name, input] of Object.entries(named)) {
      if (isTaskRef(input)) addEdge(input, ref, { call: placedAt, path: [argument, name] });
    }
    return ref;
  }

  #refTo<Output>(definition: TaskDefinition): TaskRef<Output> {
    const ref: TaskRef<Output> = {
      [taskBrand]: definition,
      id: definition.id,
      before: (...tasks) => {
        const call = callSiteOf(ref.before);
        const given = tasks.flatMap((task, index) => givenTask("before", { call, path: [index] }, task));
        for (const [task, path] of given) addEdge(ref, task, { call, path });
        return ref;
      },
      after: (...tasks) => {
        const call = callSiteOf(ref.after);
        const given = tasks.flatMap((task, index) => givenTask("after", { call, path: [index] }, task));
        for (const [task, path] of given) addEdge(task, ref, { call, path });
        return ref;
      },
    };
    return ref;
  }
}

type Draft = Pick<TaskDefinition, "id" | "body" | "spec" | "role">;

interface Placing {
  readonly inputs: unknown;
  readonly site: CallSite | null;
  readonly placedAt: CallSite | null;
  /** The argument of that call which holds the inputs. */
  readonly argument: number;
}

// biome-ignore lint/complexity/noBannedTypes: any public method, only to cut the stack trace above it
type Callee = Function;

function bodyOf(work: Operator<unknown> | (() => unknown)): TaskBody {
  return isOperator(work) ? { kind: "operator", operator: work } : { kind: "handler", handler: work as Handler };
}
