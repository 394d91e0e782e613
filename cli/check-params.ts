// Whether a run's params are what the DAG demands: asked before there is a run, as Airflow does.

import type { JsonObject } from "../runtime/dag/json.ts";
import type { DagModel } from "../runtime/dag/model.ts";
import { asSchema, findParamFault } from "../runtime/dag/param-schema.ts";
import { KnownError } from "../runtime/errors.ts";

/** @throws KnownError naming every value that is missing or wrong. */
export function checkParams({ id, params, paramSchemas = {} }: DagModel, conf: JsonObject): void {
  const found = Object.entries(paramSchemas).flatMap(([name, { schema, isRequired }]) => {
    const isGiven = Object.hasOwn(conf, name);
    if (!isGiven && isRequired) return [`${name} is missing`];
    const value = (isGiven ? conf[name] : params[name]) ?? null;
    const fault = findParamFault(value, asSchema(schema));
    return fault === undefined ? [] : [`${name} ${JSON.stringify(value)} ${fault}`];
  });
  if (found.length === 0) return;
  throw new KnownError({
    what: "the run's params are not what the DAG demands",
    where: `DAG ${id}`,
    found: found.join("; "),
    remedy: "Give them with --conf '{\"name\": value}'",
    isRetryable: false,
  });
}
