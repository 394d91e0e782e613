// Where a project's tasks find connections and variables: the process's environment, over `.env`, over `airflow_settings.yaml`, over the
// variables in the store. The one place where the environment of tasks is made; a bash task inherits the first two alone, as in Airflow.

import { type Environment, loadEnvironment, readSources, type Sources } from "../runtime/connections/environment.ts";
import { variableEnvironmentName } from "../runtime/connections/environment-names.ts";
import type { Store } from "../runtime/store/open-store.ts";
import { readVariables } from "../runtime/store/variables.ts";
import type { Io } from "./command.ts";
import { lookIntoStore } from "./with-store.ts";

/** @param store where it is open already. */
export function loadProjectEnvironment(io: Io, store?: Store): Environment {
  return loadEnvironment(io.projectRoot, io.environment, storedVariables(io, store));
}

export function readProjectSources(io: Io): Sources {
  return readSources(io.projectRoot, io.environment, storedVariables(io));
}

function storedVariables(io: Io, store?: Store): Environment {
  return store ? toEnvironment(store) : lookIntoStore(io, {}, toEnvironment);
}

function toEnvironment(store: Store): Environment {
  return Object.fromEntries(readVariables(store).map(({ key, value }) => [variableEnvironmentName(key), value]));
}
