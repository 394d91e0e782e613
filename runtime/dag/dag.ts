// The author's surface: `new Dag`. Follows @apache-airflow/ts-sdk where both have the feature.

import type {
  CallSite,
  DagDefinition,
  EdgeDefinition,
  GroupDefinition,
  GroupEdgeDefinition,
  TaskDefinition,
  TaskDraft,
} from "./definition.ts";
import type { ParamsSpec } from "./param-spec.ts";
import { callSiteOf, register } from "./registry.ts";
import type { DagSpec } from "./spec.ts";
import { type Scope, TaskScope } from "./task-scope.ts";

/**
 * A DAG. Defined once here, then compiled to Airflow or run standalone.
 *
 * @example
 * const dag = new Dag("hello", { schedule: "@daily", startDate: "2024-01-01", tags: ["demo"], defaultArgs: { retries: 2 } });
 * const name = dag.task("pick_name", () => "world")();
 * dag.task("greet", ({ name }: { name: string }) => console.log(`hello ${name}`))({ name });
 */
export class Dag<Params extends ParamsSpec = ParamsSpec> extends TaskScope implements DagDefinition {
  readonly id: string;
  readonly spec: DagSpec<Params>;
  readonly tasks: TaskDefinition[] = [];
  readonly drafts: TaskDraft[] = [];
  readonly groups: GroupDefinition[] = [];
  readonly edges: EdgeDefinition[] = [];
  readonly groupEdges: GroupEdgeDefinition[] = [];
  readonly site: CallSite | null;

  /** @param id Airflow's `dag_id`: letters, digits, `_`, `-`, `.`; unique in the project. */
  constructor(id: string, spec: DagSpec<Params> = {}) {
    super();
    this.id = id;
    this.spec = spec;
    this.site = callSiteOf(Dag);
    register(this);
  }

  protected override get scope(): Scope {
    return { dag: this, group: null };
  }
}
