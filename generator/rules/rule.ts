// What a rule is: one plain object that looks at one view of the project and returns what it finds. It never throws for an
// author's mistake, and never needs another rule to have passed.

import type { RuleSeverity } from "../../runtime/config.ts";
import type { Place } from "../diagnostic.ts";
import type { LoadedDag, LoadedProject, Spot } from "../load/loaded.ts";
import type { Sources } from "../load/sources.ts";
import type { Change, ValuePath } from "../load/static-view.ts";

/** `validity`: a DAG that breaks it cannot be built. `convention`: it can, but should not be shipped like that. */
export type RuleGroup = "validity" | "convention";

interface RuleBase {
  /** Stable: it stands in baselines and links. Its page is docs/rules/CODE.md. */
  readonly code: string;
  readonly group: RuleGroup;
  /** In the preset `recommended`, which holds where the configuration says nothing. */
  readonly severity: RuleSeverity;
  /** In the preset `strict`, where it differs. */
  readonly strict?: RuleSeverity;
  /** One line, what is demanded. */
  readonly summary: string;
  /** What the configuration may set, by name. */
  readonly options?: Readonly<Record<string, RuleOption>>;
  /** `lint --fix` does for some of its findings what they say. */
  readonly isFixable?: true;
}

export type RuleOption =
  /** A whole number from 0 on. */
  | { readonly kind: "count"; readonly default: number; readonly description: string }
  /** A list of strings; the default is null where the rule then demands nothing. */
  | { readonly kind: "texts"; readonly default: readonly string[] | null; readonly description: string }
  /** A regular expression, as its source. */
  | { readonly kind: "pattern"; readonly default: string; readonly description: string }
  /** Of a rule of the configuration's own: JSON of the same type. */
  | { readonly kind: "like-default"; readonly default: unknown; readonly description: string };

/** Values of a rule's options, checked and with defaults. */
export type RuleOptions = Readonly<Record<string, unknown>>;

export type Rule = RuleBase &
  (
    | {
        readonly view: "dag";
        readonly check: (dag: LoadedDag, options: RuleOptions, facts: ProjectFacts) => readonly Finding[];
      }
    | {
        readonly view: "project";
        /** It judges each file by itself: what others hold changes nothing. Else it is asked again whenever one file changes. */
        readonly isByFile?: boolean;
        readonly check: (project: LoadedProject, options: RuleOptions) => readonly Finding[];
      }
    | {
        readonly view: "file";
        readonly check: (file: string, sources: Sources, options: RuleOptions) => Promise<readonly Finding[]>;
      }
    | {
        readonly view: "source";
        readonly check: (dag: LoadedDag, sources: Sources, options: RuleOptions) => Promise<readonly Finding[]>;
      }
  );

/** What a rule may know besides the DAG. */
export interface ProjectFacts {
  /** When the lint runs, in milliseconds since 1970. */
  readonly now: number;
  /** The Airflow versions that the Python is for, as `major.minor`. */
  readonly airflow: readonly string[];
  /** Null: the configuration does not say which there are. */
  readonly pools: readonly string[] | null;
}

export interface Finding {
  readonly at: Spot;
  /** The DAG that it is about, where a rule looks at the whole project. */
  readonly dag?: LoadedDag;
  /** The file of its DAG, where there is none to show for it. */
  readonly dagFile?: string;
  /** What is wrong and what was found, one sentence without its full stop. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The same for a machine: only where it changes no run, or is the one thing that the remedy says. */
  readonly fix?: Fix;
}

export interface Fix {
  readonly at: Spot;
  readonly change: Change;
}

type Steps = ValuePath extends readonly [number, ...infer Rest] ? Rest : never;

/** A place in the options of `new Dag(id, options)`; without steps the call itself. */
export function inDag(dag: LoadedDag, ...steps: Steps): Spot {
  const call = dag.sites.dag ?? startOf(dag);
  return steps.length === 0 ? { call } : { call, path: [1, ...steps] };
}

/** A place in the options of the call that made a task: `dag.empty(id, options)`, all others `(id, work, options)`. */
export function inTask(dag: LoadedDag, index: number, ...steps: Steps): Spot {
  const call = callOf(dag, index);
  const argument = dag.model.tasks[index]!.kind === "empty" ? 1 : 2;
  return steps.length === 0 ? { call } : { call, path: [argument, ...steps] };
}

/** A place in the options of `taskGroup(id, options)`. */
export function inGroup(dag: LoadedDag, index: number, ...steps: Steps): Spot {
  return { call: callOfGroup(dag, index), path: [1, ...steps] };
}

export function idOfGroup(dag: LoadedDag, index: number): Spot {
  return { call: callOfGroup(dag, index), path: [0] };
}

/** An argument of the call that made a task: 0 its id, 1 its command or handler. */
export function argumentOfTask(dag: LoadedDag, index: number, argument: number): Spot {
  return { call: callOf(dag, index), path: [argument] };
}

export function idOfDag(dag: LoadedDag): Spot {
  return { call: dag.sites.dag ?? startOf(dag), path: [0] };
}

function callOf(dag: LoadedDag, index: number): Place {
  return dag.sites.tasks[index] ?? dag.sites.dag ?? startOf(dag);
}

function callOfGroup(dag: LoadedDag, index: number): Place {
  return dag.sites.groups[index] ?? dag.sites.dag ?? startOf(dag);
}

function startOf(dag: LoadedDag): Place {
  return { file: dag.file, line: 1, column: 1 };
}
