// The isolated process that runs the rules of the configuration, one after the other, over the models. Whatever one does (throws, exits,
// never ends, returns nonsense) happens here and not in the generator.

import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { deepFreeze, type JsonObject } from "../../runtime/dag/json.ts";
import type { DagModel } from "../../runtime/dag/model.ts";
import { isPlainObject, show } from "../../runtime/dag/shapes.ts";
import type { LintFinding, LintRule } from "../../runtime/lint-rule.ts";
import { withProjectPaths } from "../../runtime/source-paths.ts";

export interface CustomRulesRequest {
  /** The bundled configuration. */
  readonly file: string;
  readonly dags: readonly { readonly model: DagModel; readonly file: string }[];
  readonly rules: readonly RequestedRule[];
}

export interface RequestedRule {
  readonly name: string;
  /** The DAGs that it judges, by their index, and its options for each. */
  readonly checks: readonly { readonly dag: number; readonly options: JsonObject }[];
}

export type CustomRulesReport =
  | { readonly kind: "started"; readonly rule: string }
  | { readonly kind: "checked"; readonly rule: string; readonly findings: readonly CustomFinding[] }
  | { readonly kind: "failed"; readonly rule: string; readonly message: string; readonly stack: string }
  | { readonly kind: "finished" };

export interface CustomFinding extends LintFinding {
  /** Its index. */
  readonly dag: number;
}

let current = "";
process.setSourceMapsEnabled(true);
process.on("SIGINT", () => {});
process.once("message", (request: CustomRulesRequest) => void runAll(request));
process.once("beforeExit", () => process.exit(13));

async function runAll({ file, dags, rules }: CustomRulesRequest): Promise<void> {
  current = rules[0]!.name;
  const fail = (error: unknown) => {
    const { message = `it threw ${show(error)}`, stack = "" } = error instanceof Error ? error : {};
    report({ kind: "failed", rule: current, message, stack: withProjectPaths(stack, dirname(file)) });
  };
  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);
  const module = (await import(pathToFileURL(file).href)) as { default: { lint: { customRules: LintRule[] } } };
  const frozen = deepFreeze(dags);
  const models = Object.freeze(frozen.map(({ model }) => model));
  for (const { name, checks } of rules) {
    current = name;
    report({ kind: "started", rule: name });
    const rule = module.default.lint.customRules.find((candidate) => candidate.name === name)!;
    try {
      const findings: CustomFinding[] = [];
      for (const { dag, options } of checks) {
        const { model, file } = frozen[dag]!;
        const found: unknown = await rule.check(model, { file, options: deepFreeze(options), dags: models });
        findings.push(...readFindings(found, model).map((finding) => ({ ...finding, dag })));
      }
      // What it left behind without waiting for it shows one turn of the event loop later.
      await new Promise((resolve) => setImmediate(resolve));
      report({ kind: "checked", rule: name, findings });
    } catch (error) {
      fail(error);
    }
  }
  report({ kind: "finished" });
}

/** @throws Error saying what is no finding in it. */
function readFindings(found: unknown, { id, tasks }: DagModel): LintFinding[] {
  if (!Array.isArray(found)) throw new Error(`it returned ${show(found)} for DAG ${show(id)}, not a list of findings`);
  return found.map((finding: unknown) => {
    const refuse = (what: string) => new Error(`it returned a finding for DAG ${show(id)} ${what}`);
    if (!isPlainObject(finding)) throw refuse(`that is ${show(finding)}, not { text, remedy }`);
    const { task, path = [], text, remedy } = finding;
    if (typeof text !== "string" || text === "") throw refuse(`whose text is ${show(text)}, not a sentence`);
    if (typeof remedy !== "string" || remedy === "") throw refuse(`whose remedy is ${show(remedy)}, not a sentence`);
    if (task !== undefined && !tasks.some((other) => other.id === task)) {
      throw refuse(`about task ${show(task)}, which the DAG does not have`);
    }
    const isPath = Array.isArray(path) && path.every((step) => typeof step === "string" || Number.isInteger(step));
    if (!isPath) throw refuse(`whose path is ${show(path)}, not a list of names`);
    return { path, text, remedy, ...(task !== undefined && { task: task as string }) };
  });
}

function report(message: CustomRulesReport): void {
  process.send!(message);
}
