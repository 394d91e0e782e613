// Under which names the environment holds connections and variables: upper case, as Airflow's own lookup of a worker has it.

export const connectionPrefix = "AIRFLOW_CONN_";
export const variablePrefix = "AIRFLOW_VAR_";

/** The environment variable that holds a connection, e.g. `AIRFLOW_CONN_PAGILA_POSTGRES`. */
export function connectionEnvironmentName(id: string): string {
  return connectionPrefix + id.toUpperCase();
}

/** The environment variable that holds a variable, e.g. `AIRFLOW_VAR_REGION`. */
export function variableEnvironmentName(key: string): string {
  return variablePrefix + key.toUpperCase();
}
