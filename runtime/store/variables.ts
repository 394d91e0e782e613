// Statements about variables. Those in the environment go before them.

import { prepare, type Store } from "./open-store.ts";

export interface VariableRow {
  readonly key: string;
  readonly value: string;
  readonly description: string | null;
}

export function readVariables(store: Store): VariableRow[] {
  return prepare(store, "SELECT key, value, description FROM variable ORDER BY key").all() as VariableRow[];
}

export function writeVariable(store: Store, { key, value, description }: VariableRow): void {
  prepare(
    store,
    `INSERT INTO variable (key, value, description) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, description = excluded.description`,
  ).run(key, value, description);
}

/** False when there is none of that name. */
export function deleteVariable(store: Store, key: string): boolean {
  return prepare(store, "DELETE FROM variable WHERE key = ?").run(key).changes > 0;
}
