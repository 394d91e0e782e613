// The operator that runs SQL: each text is one transaction, task facts and inputs are session settings, so nothing is ever
// interpolated into a statement.

import type { PostgresSession } from "../connections/postgres.ts";
import { getContext } from "../context.ts";
import { defineOperator, type Operator, type TaskRef } from "../dag/definition.ts";
import type { JsonObject } from "../dag/json.ts";
import { fromOptions, reportIn } from "../dag/operator-options.ts";
import { type KnownOptions, required } from "../dag/options.ts";
import { task, tasksByName, text, texts } from "../dag/shapes.ts";
import { queryJson, type SqlResult } from "./json-rows.ts";
import { type Lease, leaseOf } from "./lease.ts";
import { onceUnderLease } from "./once-under-lease.ts";
import { describePostgresFailure } from "./postgres-failure.ts";
import { inTransaction, withPostgres } from "./postgres-session.ts";
import { findTransactionControl } from "./sql-text.ts";

export type SqlOptions = SqlTarget & SqlSource;

interface SqlTarget {
  /** Id of the PostgreSQL connection to run on. */
  readonly connection: string;
  /** Write only while the lease is ours: `acquireLease`'s task. */
  readonly under?: TaskRef<Lease>;
  /** Earlier tasks' outputs, read in SQL as `current_setting('dagwright.<name>')::jsonb`. */
  readonly inputs?: Readonly<Record<string, TaskRef<unknown>>>;
}

type SqlSource =
  | { /** One transaction, of any number of statements. */ readonly text: string; readonly transactions?: never }
  | { /** One transaction each, in this order. */ readonly transactions: readonly string[]; readonly text?: never };

const known: KnownOptions<SqlOptions> = {
  connection: required(text),
  under: task,
  inputs: tasksByName,
  text,
  transactions: texts,
};

const taskFacts = ["dag_id", "run_id", "task_id", "map_index", "try_number", "logical_date", "lease_token"] as const;

/**
 * Runs SQL on PostgreSQL. `text` is one transaction; `transactions` are several, each committed before the next starts. The SQL sees
 * `current_setting('dagwright.run_id')`, likewise `dag_id`, `task_id`, `map_index`, `try_number`, `logical_date` (empty without one),
 * `lease_token` (empty without a lease), and each input as JSON text.
 *
 * Returns the last transaction's `{ rowCount, rows }`, at most 10,000 rows; int8, numeric, dates and arrays as PostgreSQL's text.
 *
 * A statement waits up to 300 s for another session's lock; `SET LOCAL lock_timeout` in the text says otherwise.
 *
 * What a retry repeats: without a lease every transaction, from the first; write them so that this does no harm. Under a lease
 * only those that were not committed: each leaves a row in `dagwright.ledger`.
 *
 * @example sql({ connection: "warehouse", text: "DELETE FROM staging WHERE run = current_setting('dagwright.run_id')" })
 */
export function sql(options: SqlOptions): Operator<SqlResult> {
  return fromOptions({ name: "sql", callee: sql, known }, options, makeSql);
}

function makeSql(options: SqlOptions): Operator<SqlResult> {
  const { connection, under, inputs = {} } = options;
  const transactions = options.text === undefined ? (options.transactions ?? []) : [options.text];
  checkTransactions(transactions, options.text !== undefined);
  checkInputNames(Object.keys(inputs));
  return defineOperator<SqlResult>({
    name: "sql",
    options: { connection, transactions: [...transactions] },
    inputs: under ? { ...inputs, lease: under } : inputs,
    connections: [connection],
    execute: async (values) => {
      const lease = leaseOf(values, connection);
      const { lease: _, ...given } = values;
      return withPostgres(connection, (session) =>
        runTransactions(session, { connection, transactions, lease, inputs: given as JsonObject }),
      );
    },
  });
}

interface SqlWork {
  readonly connection: string;
  readonly transactions: readonly string[];
  readonly lease: Lease | undefined;
  readonly inputs: JsonObject;
}

async function runTransactions(session: PostgresSession, work: SqlWork): Promise<SqlResult> {
  let result: SqlResult = { rowCount: 0, rows: [] };
  for (const [index, text] of work.transactions.entries()) {
    const place = `connection ${work.connection}, transaction ${index + 1} of ${work.transactions.length}`;
    try {
      result = await inTransaction(session, () => runTransaction(session, work, index));
    } catch (error) {
      throw describePostgresFailure(error, place, text);
    }
    console.log(`${place}: ${result.rowCount} rows`);
  }
  return result;
}

async function runTransaction(session: PostgresSession, work: SqlWork, index: number): Promise<SqlResult> {
  const text = work.transactions[index]!;
  const { lease, inputs } = work;
  const content = { transaction: index, text, inputs };
  return onceUnderLease(session, { lease, content }, async () => {
    await setSettings(session, inputs, lease?.token ?? "");
    return queryJson(session, text);
  });
}

/** Local to the transaction, and bound, never part of a statement. */
async function setSettings(session: PostgresSession, inputs: JsonObject, leaseToken: string): Promise<void> {
  const { dagId, runId, taskId, mapIndex, tryNumber, logicalDate } = getContext();
  const facts = [dagId, runId, taskId, String(mapIndex), String(tryNumber), logicalDate ?? "", leaseToken];
  const names = [...taskFacts, ...Object.keys(inputs)].map((name) => `dagwright.${name}`);
  const values = [...facts, ...Object.values(inputs).map((input) => JSON.stringify(input ?? null))];
  await session.query("SELECT set_config(name, value, true) FROM unnest($1::text[], $2::text[]) AS s (name, value)", [
    names,
    values,
  ]);
}

function checkTransactions(transactions: readonly string[], isText: boolean): void {
  const pathOf = (index: number): (string | number)[] => (isText ? ["text"] : ["transactions", index]);
  if (transactions.length === 0) {
    report([], "there is a transaction without SQL: neither text nor transactions is given", "give text");
  }
  for (const [index, text] of transactions.entries()) {
    if (text.trim() === "") {
      report(pathOf(index), "there is a transaction without SQL", "give each at least one statement");
      continue;
    }
    const control = findTransactionControl(text);
    if (!control) continue;
    report(
      pathOf(index),
      `transaction ${index + 1}, line ${control.line} says ${control.words[0]!.toUpperCase()}`,
      "leave it out: each text is one transaction already; to commit in between, split it into several `transactions`",
    );
  }
}

function checkInputNames(names: readonly string[]): void {
  const taken: readonly string[] = [...taskFacts, "lease"];
  for (const name of names) {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !taken.includes(name.toLowerCase())) continue;
    const remedy = `use letters, digits and _, and none of ${taken.join(", ")}`;
    report(["inputs", name], `an input is named ${JSON.stringify(name)}`, remedy);
  }
}

function report(steps: readonly (string | number)[], problem: string, remedy: string): void {
  reportIn({ name: "sql", callee: sql }, { steps, problem, remedy });
}
