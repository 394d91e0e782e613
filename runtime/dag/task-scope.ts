// Where tasks are made: in a DAG, or in a group of it. Both have the same methods.
// Invariant: everything here only records; describe() and the lint rules judge.

import {
  type ArgumentPath,
  type CallSite,
  type DagDefinition,
  type GroupDefinition,
  groupBrand,
  type Handler,
  isOperator,
  isTaskRef,
  type Operator,
  type TaskBody,
  type TaskDefinition,
  type TaskDraft,
  type TaskGroupRef,
  type TaskOrGroup,
  type TaskRef,
  type TeardownSpec,
  taskBrand,
} from "./definition.ts";
import { DefinitionError } from "./definition-error.ts";
import { addEdge, givenNodes } from "./edges.ts";
import { reportMistake, toMistakes } from "./mistake.ts";
import { callSiteOf } from "./registry.ts";
import { isPlainObject, show, wrong } from "./shapes.ts";
import type { NodeTaskSpec, TaskGroupSpec, TaskSpec } from "./spec.ts";

/** What a task's handler is called with: each input is an earlier task's output or a JSON value. */
export type InputsOf<I> = { readonly [Name in keyof I]: TaskRef<I[Name]> | I[Name] };

/** Places the task; called exactly once. */
export type TaskFactory<I, Output> = [keyof I] extends [never]
  ? () => TaskRef<Output>
  : (inputs: InputsOf<I>) => TaskRef<Output>;

/** What a DAG and a group have in common: tasks and groups are made in them. */
export abstract class TaskScope {
  protected abstract readonly scope: Scope;

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
          text: `DAG ${show(this.scope.dag.id)}, task ${show(ref.id)}: torn down after ${show(setup.id)}, which is no setup`,
          remedy: "make it one with dag.setup, or order the two with chain",
        });
      }
    }
    return ref;
  }

  /**
   * A group: Airflow's page folds its tasks into one, their ids begin with its own (`group.task`), and `before`, `after` and `chain` take
   * it for all of them. It has the same methods as the DAG, and may hold groups.
   *
   * @param id Airflow's `group_id`: letters, digits, `_` and `-`; no other group or task has the same.
   * @example
   * const extract = dag.taskGroup("extract", { tooltip: "One task for each source" });
   * extract.bash("films", "…"); // the task extract.films
   * chain(extract, load);
   */
  taskGroup(id: string, spec: TaskGroupSpec = {}): TaskGroup {
    const { dag, group } = this.scope;
    const made = new TaskGroup({ dag, group, id: idIn(group, id), spec, site: callSiteOf(this.taskGroup) });
    dag.groups.push(made[groupBrand]);
    return made;
  }

  #factory<I, Output>(task: Draft, callee: Callee): TaskFactory<I, Output> {
    const { dag, group } = this.scope;
    const id = idIn(group, task.id);
    const site = callSiteOf(callee);
    const draft: TaskDraft = { id, group, site, isPlaced: false };
    dag.drafts.push(draft);
    const place = (inputs: unknown = {}) => {
      if (draft.isPlaced) {
        throw new DefinitionError(
          `DAG ${show(dag.id)}, task ${show(id)}: placed twice. A task is placed once; give the second one an id of its own.`,
        );
      }
      draft.isPlaced = true;
      return addTask<Output>(this.scope, task, { inputs, site, placedAt: callSiteOf(place), argument: 0 });
    };
    return place as unknown as TaskFactory<I, Output>;
  }

  #place<Output>(task: Draft, callee: Callee): TaskRef<Output> {
    const site = callSiteOf(callee);
    const inputs = task.body.kind === "operator" && isOperator(task.body.operator) ? task.body.operator.inputs : {};
    return addTask<Output>(this.scope, task, { inputs, site, placedAt: site, argument: 1 });
  }
}

/** Made by `taskGroup` of a DAG or of another group. */
export class TaskGroup extends TaskScope implements TaskGroupRef {
  readonly [groupBrand]: GroupDefinition;
  readonly id: string;

  /** @internal */
  constructor(definition: GroupDefinition) {
    super();
    this[groupBrand] = definition;
    this.id = definition.id;
  }

  protected override get scope(): Scope {
    return { dag: this[groupBrand].dag, group: this[groupBrand] };
  }

  /** These tasks and groups start only after the last tasks of this group, teardowns not counted. Returns this group. */
  before(...nodes: readonly TaskOrGroup[]): this {
    const call = callSiteOf(this.before);
    for (const [node, path] of givenNodes("before", call, nodes)) addEdge(this, node, { call, path });
    return this;
  }

  /** The first tasks of this group start only after these tasks and groups. Returns this group. */
  after(...nodes: readonly TaskOrGroup[]): this {
    const call = callSiteOf(this.after);
    for (const [node, path] of givenNodes("after", call, nodes)) addEdge(node, this, { call, path });
    return this;
  }
}

/** Where a task goes. */
export interface Scope {
  readonly dag: DagDefinition;
  readonly group: GroupDefinition | null;
}

function idIn(group: GroupDefinition | null, id: string): string {
  // Of what is no text, the mistake tells.
  const isPrefixed = group !== null && group.spec?.prefixGroupId !== false && typeof id === "string";
  return isPrefixed ? `${typeof group.id === "string" ? group.id : show(group.id)}.${id}` : id;
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

function addTask<Output>(scope: Scope, task: Draft, { inputs, site, placedAt, argument }: Placing): TaskRef<Output> {
  const { dag, group } = scope;
  const id = idIn(group, task.id);
  const named = isPlainObject(inputs) ? (inputs as TaskDefinition["inputs"]) : {};
  if (!isPlainObject(inputs)) {
    const where = `DAG ${show(dag.id)}, task ${show(id)}`;
    const found = wrong(inputs, "an object of inputs", "write { name: task }, or nothing");
    for (const mistake of toMistakes({ call: placedAt, index: 0, where, name: "what it is called with" }, found)) {
      reportMistake(mistake);
    }
  }
  const definition: TaskDefinition = { ...task, id, dag, group, setups: [], inputs: { ...named }, site, placedAt };
  dag.tasks.push(definition);
  const ref = refTo<Output>(definition);
  for (const [name, input] of Object.entries(named)) {
    if (isTaskRef(input)) addEdge(input, ref, { call: placedAt, path: [argument, name] });
  }
  return ref;
}

function refTo<Output>(definition: TaskDefinition): TaskRef<Output> {
  const ref: TaskRef<Output> = {
    [taskBrand]: definition,
    id: definition.id,
    before: (...nodes) => {
      const call = callSiteOf(ref.before);
      for (const [node, path] of givenNodes("before", call, nodes)) addEdge(ref, node, { call, path });
      return ref;
    },
    after: (...nodes) => {
      const call = callSiteOf(ref.after);
      for (const [node, path] of givenNodes("after", call, nodes)) addEdge(node, ref, { call, path });
      return ref;
    },
  };
  return ref;
}
