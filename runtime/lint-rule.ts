// A rule of the project's own: what `dagwright.config.ts` hands to the linter.

import type { JsonObject } from "./dag/json.ts";
import type { DagModel } from "./dag/model.ts";

export type RuleSeverity = "off" | "warning" | "error";

export interface LintRule<Options extends JsonObject = JsonObject> {
  /** Small letters, digits and `-`. The linter calls the rule `custom/NAME`: in settings, comments and reports. */
  readonly name: string;
  /** One line, what is demanded. */
  readonly summary: string;
  /** Where `rules` and `overrides` say nothing. Default: `error`. */
  readonly severity?: RuleSeverity;
  /** What `dagwright explain` prints, as Markdown. Default: the summary. */
  readonly page?: string;
  /** Options and their defaults; the configuration may set values of the same types. */
  readonly options?: Options;
  /**
   * Judges one DAG. It runs in a process of its own, after the DAG files, and has a limit of 10 seconds for all DAGs together; what it
   * prints goes to stderr.
   */
  readonly check: (
    dag: DagModel,
    about: RuleSubject<Options>,
  ) => readonly LintFinding[] | Promise<readonly LintFinding[]>;
}

export interface RuleSubject<Options> {
  /** The file that defines the DAG, relative to the project. */
  readonly file: string;
  /** As they are set for this DAG. */
  readonly options: Options;
  /** Every DAG of the project, for what is between them. */
  readonly dags: readonly DagModel[];
}

export interface LintFinding {
  /** The id of the task that it is about. Default: the DAG itself. */
  readonly task?: string;
  /** The way to a value in the options of that task, or of the DAG: `["defaultArgs", "pool"]`. Default: the call that made it. */
  readonly path?: readonly (string | number)[];
  /** What is wrong and what was found, one sentence without its full stop. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Types a rule in the editor, and its options by their defaults. */
export function defineRule<Options extends JsonObject = Record<never, never>>(rule: LintRule<Options>): LintRule {
  return rule as unknown as LintRule;
}
