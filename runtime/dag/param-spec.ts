// What an author may say about a param, and how it is told from a plain value.

import type { JsonObject, JsonValue } from "./json.ts";
import type { ParamSchema } from "./param-schema.ts";

export interface ParamSpec extends ParamSchema {
  /** Its value unless the run says otherwise. Left out: a run must give one, and the DAG can have no schedule. */
  readonly default?: JsonValue;
  /** The label of its field. Default: its name. */
  readonly title?: string;
  /** Help below its field. */
  readonly description?: string;
  /** The heading that its field stands under. */
  readonly section?: string;
  /** Values that its field suggests; others are accepted. */
  readonly examples?: readonly JsonValue[];
}

export const paramBrand: unique symbol = Symbol.for("dagwright.param") as never;

/** What `param` returns; `Spec` is what was said, for the types of handlers. */
export interface Param<Spec extends ParamSpec = ParamSpec> {
  readonly [paramBrand]: Spec;
}

/** A DAG's params by their names: plain defaults, or what a value must be. */
export interface ParamsSpec {
  readonly [name: string]: JsonValue | Param;
}

/** What a run's params are, as handlers see them: a plain default says nothing of what a run may give instead. */
export type ParamValues<Params> = {
  readonly [Name in keyof Params]: Params[Name] extends Param<infer Spec> ? ValueOf<Spec> : JsonValue;
};

type ValueOf<Spec> = Spec extends { readonly enum: readonly (infer Value)[] }
  ? Value
  : Spec extends { readonly type: infer Types }
    ? ValuesByType[(Types extends readonly (infer One)[] ? One : Types) & keyof ValuesByType]
    : JsonValue;

interface ValuesByType {
  readonly string: string;
  readonly number: number;
  readonly integer: number;
  readonly boolean: boolean;
  readonly null: null;
  readonly array: readonly JsonValue[];
  readonly object: JsonObject;
}

export function isParam(value: unknown): value is Param {
  return typeof value === "object" && value !== null && paramBrand in value;
}

export function specOf(param: Param): ParamSpec {
  return param[paramBrand];
}
