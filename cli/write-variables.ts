// Writes variables into the store. Tasks are given them by the names of an environment, in capitals: two whose keys differ in nothing else
// would be one there, so there are none.

import { variableEnvironmentName } from "../runtime/connections/environment-names.ts";
import { KnownError } from "../runtime/errors.ts";
import type { Store } from "../runtime/store/open-store.ts";
import { readVariables, type VariableRow, writeVariable } from "../runtime/store/variables.ts";

/** As long as in Airflow's database. */
const longestKey = 250;

/** @throws KnownError when no task could be given it. */
export function checkVariable(variable: VariableRow, where: string): VariableRow {
  const { key, value } = variable;
  const refuse = (found: string, remedy: string) => {
    throw new KnownError({ what: "that cannot be a variable", where, found, remedy, isRetryable: false });
  };
  if (key === "") refuse("its key is empty", "Give it one");
  if (key.length > longestKey) refuse(`its key has ${key.length} signs`, `Use ${longestKey} at most`);
  if (/[=\0]/.test(key)) refuse(`${JSON.stringify(key)} is no name in an environment`, "Leave out = and NUL");
  if (value.includes("\0")) refuse(`the value of ${key} holds a NUL`, "Encode it, e.g. in Base64");
  return variable;
}

/** All or none. @throws KnownError when two would be one to tasks. */
export function writeVariables(store: Store, variables: readonly VariableRow[]): void {
  const write = store.transaction(() => {
    const keys = new Map(readVariables(store).map(({ key }) => [variableEnvironmentName(key), key]));
    for (const variable of variables) {
      const name = variableEnvironmentName(variable.key);
      const known = keys.get(name) ?? variable.key;
      if (known !== variable.key) throw twice(known, variable.key);
      keys.set(name, variable.key);
      writeVariable(store, variable);
    }
  });
  write.immediate();
}

function twice(known: string, key: string): KnownError {
  return new KnownError({
    what: "two variables differ in capitals only, and nothing was written",
    where: "the store",
    found: `${known} and ${key}: tasks would be given both as ${variableEnvironmentName(key)}`,
    remedy: `Use another key, or npx dagwright variables delete ${known}`,
    isRetryable: false,
  });
}
