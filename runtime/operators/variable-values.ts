// Operators' options that may be Airflow variables: which ones a task needs, and their values when it runs.

import { getClient } from "../context.ts";
import type { Operator } from "../dag/definition.ts";
import type { JsonValue } from "../dag/json.ts";
import { isVariableRef, type TextOrVariable, type VariableRef } from "../dag/variable-ref.ts";
import { KnownError } from "../errors.ts";

/**
 * What the task has to declare. Of two defaults for the same key, the last one counts.
 * @param secrets those whose values are masked in the log, whatever they are called.
 */
export function variablesIn(
  values: readonly (TextOrVariable | undefined)[],
  secrets: readonly (VariableRef | undefined)[] = [],
): Required<Pick<Operator<unknown>, "variables" | "variableDefaults" | "secretVariables">> {
  const hidden = secrets.filter(isVariableRef);
  const refs = [...values.filter(isVariableRef), ...hidden];
  const defaults = refs.flatMap(({ key, default: value }) => (value === null ? [] : [[key, value] as const]));
  return {
    variables: refs.map(({ key }) => key),
    variableDefaults: Object.fromEntries(defaults),
    secretVariables: hidden.map(({ key }) => key),
  };
}

/**
 * Within a running task. @throws KnownError when the variable does not exist and has no default; when it is empty, unless its default is: a value
 * that somebody forgot would mean every bucket's key, this machine, any database.
 */
export async function readValue(value: TextOrVariable): Promise<string> {
  if (!isVariableRef(value)) return value;
  const text = await getClient().getVariableOrThrow(value.key);
  if (text !== "" || value.default === "") return text;
  throw new KnownError({
    what: `the variable ${value.key} is empty`,
    remedy: `Give it a value: npx dagwright variables set ${value.key} …, or under Airflow on its page`,
    isRetryable: false,
  });
}

/** For messages of what such a value is. @param option where it stands in the definition: `option to, port`. */
export function placeOfValue(value: TextOrVariable | undefined, option: string): string {
  return isVariableRef(value) ? `variable ${value.key}` : option;
}

/** How an operator's `options` show such a value in the model. */
export function showValue(value: TextOrVariable): JsonValue {
  return isVariableRef(value) ? { variable: value.key } : value;
}
