// What `variable` makes, for those who meet it among an operator's options.

export const variableBrand: unique symbol = Symbol.for("dagwright.variable") as never;

export interface VariableRef {
  readonly [variableBrand]: true;
  readonly key: string;
  readonly default: string | null;
}

/** An operator's option that may be written in the DAG file, or kept in a variable of Airflow's. */
export type TextOrVariable = string | VariableRef;

export function isVariableRef(value: unknown): value is VariableRef {
  return typeof value === "object" && value !== null && variableBrand in value;
}
