// A server that an operator works on, as authors write it: the id of an Airflow connection, or its parts, each a text or an Airflow variable. What
// the model shows of it, and what the task has to declare for it, whatever server it is.

import type { OperatorNeeds } from "../dag/definition.ts";
import type { JsonValue } from "../dag/json.ts";
import type { TextOrVariable } from "../dag/variable-ref.ts";
import type { MongoTarget } from "./mongo-target.ts";
import type { PostgresTarget } from "./postgres-target.ts";
import { showValue, variablesIn } from "./variable-values.ts";

type Target = string | MongoTarget | PostgresTarget;

/** For the model: the password by the name of its variable. */
export function showTarget(target: Target): JsonValue {
  if (typeof target === "string") return target;
  const entries = Object.entries<TextOrVariable | undefined>({ ...target });
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, showValue(value)]])),
  );
}

export function needsOfTarget(target: Target): OperatorNeeds {
  if (typeof target === "string") return { connections: [target] };
  const { password, ...others } = target;
  return { connections: [], ...variablesIn(Object.values<TextOrVariable | undefined>({ ...others }), [password]) };
}
