// What an author may say about a param, and how it is told from a plain value.

import type { JsonValue } from "./json.ts";
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

/** What `param` returns. */
export interface Param {
  readonly [paramBrand]: ParamSpec;
}

export function isParam(value: unknown): value is Param {
  return typeof value === "object" && value !== null && paramBrand in value;
}

export function specOf(param: Param): ParamSpec {
  return param[paramBrand];
}
