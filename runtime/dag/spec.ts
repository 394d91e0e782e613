// What an author may say about a DAG and its tasks: Airflow's words in camelCase, durations in seconds, nothing that moves between two
// parses. What is left out has Airflow's own default, in both worlds.

import type { ParamsSpec } from "./param-spec.ts";
import type { ScheduleSpec } from "./schedule.ts";
import type { TriggerRule } from "./trigger-rules.ts";
import type { WeightRule } from "./weight-rules.ts";

/** What an author may say about a DAG. What destroys is only triggered by hand, one run at a time: its type allows nothing else. */
export type DagSpec<Params extends ParamsSpec = ParamsSpec> = OrdinaryDagSpec<Params> | DestructiveDagSpec<Params>;

interface OrdinaryDagSpec<Params extends ParamsSpec> extends DagFields<Params> {
  /** Whether a run deletes or overwrites what cannot be had again. Default: false. */
  readonly destructive?: false;
}

interface DestructiveDagSpec<Params extends ParamsSpec> extends DagFields<Params> {
  /**
   * Its runs delete or overwrite what cannot be had again. Whoever triggers one has to type the DAG's id as param `confirm`, which it has
   * by itself; schedules, backfills and other DAGs cannot start one, and a task process of such a run does nothing. dagwright's own.
   */
  readonly destructive: true;
  readonly schedule?: null;
  readonly catchup?: false;
  readonly maxActiveRuns: 1;
}

interface DagFields<Params extends ParamsSpec> {
  /** The name that Airflow's page shows. Default: the id. Airflow's `dag_display_name`. */
  readonly displayName?: string;
  /** One sentence for the list of DAGs. */
  readonly description?: string;
  /** Documentation for Airflow's page, as Markdown text; not the name of a file. Default: none. Airflow's `doc_md`. */
  readonly docMd?: string;
  /**
   * When it runs. `null` or left out: only when triggered. A cron expression, a preset, or `{ every: seconds }`. A run stands for the
   * moment it starts at, or for the time since the run before: `{ cron: "@daily", dataInterval: true }`.
   */
  readonly schedule?: ScheduleSpec;
  /** First moment of the schedule, as wall-clock time in `timezone`: `"2024-01-01"`. Static: it must not move between parses. */
  readonly startDate?: string;
  /** Last moment of the schedule, written like `startDate`: no run has a later logical date. Default: none. */
  readonly endDate?: string;
  /** IANA time zone of `schedule`, `startDate` and `endDate`. Default: `UTC`. */
  readonly timezone?: string;
  /** Whether runs missed since `startDate` are made up for. Default: false. */
  readonly catchup?: boolean;
  /** Shown and filtered by in Airflow's page. */
  readonly tags?: readonly string[];
  /** Owner of tasks → what a click on it opens: an address (`https://…`) or `mailto:…`. Default: none. */
  readonly ownerLinks?: Readonly<Record<string, string>>;
  /** Runs of this DAG at the same time. Default: Airflow's `[core] max_active_runs_per_dag`, 16. */
  readonly maxActiveRuns?: number;
  /** Tasks at the same time within one run. Default: Airflow's `[core] max_active_tasks_per_dag`, 16. */
  readonly maxActiveTasks?: number;
  /**
   * After so many failed runs in a row the DAG is paused; 0: never. Default: Airflow's
   * `[core] max_consecutive_failed_dag_runs_per_dag`, 0.
   */
  readonly maxConsecutiveFailedDagRuns?: number;
  /** Seconds after which a run is ended and counts as failed. Default: none. */
  readonly dagrunTimeout?: number;
  /**
   * The first task that fails for good ends all others but teardowns; every trigger rule must be `all_success`. What was not running is
   * skipped, and as in every run the last tasks decide: where those were skipped, Airflow calls the run a success. Default: false.
   */
  readonly failFast?: boolean;
  /** Whether Airflow pauses the DAG when it sees it first. Default: Airflow's `[core] dags_are_paused_at_creation`, true. */
  readonly isPausedUponCreation?: boolean;
  /** Values that a run may be triggered with (`--conf`), and their defaults; or what a value must be: `param({ type: "integer" })`. */
  readonly params?: Params;
  /** What every task has unless it, or a group around it, says otherwise. */
  readonly defaultArgs?: TaskArgsSpec;
}

/** Fields of every task, and of the `defaultArgs` of DAGs and groups. */
export interface TaskArgsSpec {
  /** Who is responsible. Default: `airflow`. */
  readonly owner?: string;
  /** How often a failed task is tried again. Default: Airflow's 0; the linter asks for 2 or more. */
  readonly retries?: number;
  /** Seconds between two tries. Default: 300. */
  readonly retryDelay?: number;
  /** Whether each wait is about twice as long as the one before: from `retryDelay` on, at most a day. Default: false. */
  readonly retryExponentialBackoff?: boolean;
  /** Seconds that no such wait exceeds. Default: none but Airflow's `[core] max_task_retry_delay`, a day. */
  readonly maxRetryDelay?: number;
  /** Seconds after which a try is ended and counts as failed. Default: none. */
  readonly executionTimeout?: number;
  /** The pool whose slots its tries take. Default: `default_pool`. */
  readonly pool?: string;
  /** How many slots of the pool a try takes. Default: 1. */
  readonly poolSlots?: number;
  /** Of tasks that are ready, those of greater weight start first. Default: 1. */
  readonly priorityWeight?: number;
  /** Which other tasks' weights are added to a task's own. Default: Airflow's `[core] default_task_weight_rule`, `downstream`. */
  readonly weightRule?: WeightRule;
  /** The workers that run it. Default: Airflow's `[operators] default_queue`, `default`. */
  readonly queue?: string;
  /** Whether it waits until it has succeeded, or was skipped, in the run before. Default: false. */
  readonly dependsOnPast?: boolean;
  /** With `dependsOnPast`: whether a task that no run had before starts anyway. Default: false. */
  readonly ignoreFirstDependsOnPast?: boolean;
  /** Whether it waits, besides, for what was directly downstream of it in the run before. Makes `dependsOnPast` true. Default: false. */
  readonly waitForDownstream?: boolean;
  /** Tries of this task at the same time, over all runs. Default: no limit. */
  readonly maxActiveTisPerDag?: number;
  /** The same within one run. Default: no limit. */
  readonly maxActiveTisPerDagrun?: number;
}

export interface TaskSpec extends TaskArgsSpec {
  /** The name that Airflow's page shows. Default: the id. Airflow's `task_display_name`. */
  readonly displayName?: string;
  /** Documentation for Airflow's page, as Markdown text. Default: none. Airflow's `doc_md`. */
  readonly docMd?: string;
  /** When the task may start, judged by its direct upstream tasks. Default: `all_success`. */
  readonly triggerRule?: TriggerRule;
  /**
   * Whether running it twice leaves the same as running it once. dagwright's own: Airflow does not see it, but the linter lets no task
   * be tried again that says false, and in a destructive DAG none that does not say true. Default: not said.
   */
  readonly idempotent?: boolean;
}

export interface NodeTaskSpec extends TaskSpec {
  /** Ids of the connections that the handler may ask `getClient()` for. */
  readonly connections?: readonly string[];
  /** Keys of the variables that the handler may ask `getClient()` for. */
  readonly variables?: readonly string[];
}

export interface TaskGroupSpec {
  /** The name that Airflow's page shows. Default: the id. Airflow's `group_display_name`. */
  readonly displayName?: string;
  /** What Airflow's page shows of the group beside its name. Default: none. */
  readonly tooltip?: string;
  /** Whether the ids of what is in it begin with its own: `group.task`. Default: true. */
  readonly prefixGroupId?: boolean;
  /** What every task in it has unless it says otherwise; before the DAG's and an outer group's. */
  readonly defaultArgs?: TaskArgsSpec;
}
