// How a task's weight is made up. Source: airflow/task/priority_strategy.py.

export const weightRules = ["downstream", "upstream", "absolute"] as const;

/** A task's own weight alone (`absolute`), or with those of all tasks below it, or above it. */
export type WeightRule = (typeof weightRules)[number];

/** Airflow's databases hold no other weights. Source: airflow.sdk.bases.operator (db_safe_priority). */
export const weightBounds = { least: -(2 ** 31), greatest: 2 ** 31 - 1 } as const;
