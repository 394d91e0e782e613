// The operator that copies tables from one PostgreSQL to another: one snapshot of the source, one transaction of the target.

import type { PostgresSession } from "../connections/postgres.ts";
import { getContext, reportProgress } from "../context.ts";
import { defineOperator, type Operator, type TaskRef } from "../dag/definition.ts";
import type { JsonObject } from "../dag/json.ts";
import { fromOptions, reportIn } from "../dag/operator-options.ts";
import { type KnownOptions, required } from "../dag/options.ts";
import { number, task, text, texts } from "../dag/shapes.ts";
import type { CatalogTable, TableChoice } from "../streams/postgres-catalog.ts";
import { type Lease, leaseOf } from "./lease.ts";
import { onceUnderLease } from "./once-under-lease.ts";
import { describePostgresFailure } from "./postgres-failure.ts";
import { inTransaction, withPostgres } from "./postgres-session.ts";

export interface CopyTablesOptions {
  /** The PostgreSQL database that is read. */
  readonly from: string;
  /** The PostgreSQL database that is written. */
  readonly to: string;
  /** Which tables, as SQL writes their names: `film`, `sales."Order"`. Default: all of `schemas`. */
  readonly tables?: readonly string[];
  /** Which tables not. */
  readonly exclude?: readonly string[];
  /** Whose tables, when `tables` does not name them. Default: `public`. */
  readonly schemas?: readonly string[];
  /** Seconds that each side waits for locks on tables, from 1 to 300; then the try fails. Default: 60. */
  readonly lockTimeout?: number;
  /** Write only while this lease on `to` is ours: `acquireLease`'s task. */
  readonly under?: TaskRef<Lease>;
}

const known: KnownOptions<CopyTablesOptions> = {
  from: required(text),
  to: required(text),
  tables: texts,
  exclude: texts,
  schemas: texts,
  lockTimeout: number,
  under: task,
};

export interface CopiedTables {
  /** The name of the source's snapshot that all tables were read from. */
  readonly snapshot: string;
  /** By table, in the order of loading. Bytes are those of COPY's text format. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly bytes: number }>>;
  /** Of all tables together. */
  readonly rows: number;
  /** Of all tables together, in COPY's text format. */
  readonly bytes: number;
  /** Always false: rows are relayed, never kept. */
  readonly spilled: false;
}

/** The live table is told at most this often. */
const progressIntervalMs = 500;
const defaultLockTimeout = 60;
/** While one side waits, the other one's transaction is idle: less than the limit for that. */
const maxLockTimeout = 300;

/**
 * Copies tables from PostgreSQL to PostgreSQL, replacing the target's rows. All are read from one snapshot and written in one
 * transaction: the target has all of the new rows or all of the old ones. Tables must exist on both sides with the same columns and
 * types, else nothing is written and the differences are listed; partitions may differ. Order comes from the foreign keys;
 * sequences are set and materialised views refreshed; users' triggers do not fire. Holds a few hundred KB, whatever the size. The
 * target's login must own the tables; the source's needs to read them and their sequences.
 *
 * Foreign keys between the tables are dropped, added again after the last row in the same transaction, and so checked all at once.
 * One that would not come back exactly as it was, that is NOT VALID, or that the login may not add (REFERENCES on the table referred to)
 * stays and is checked row by row; the log says how many.
 *
 * While it runs, who reads the target's tables waits, and then sees the new rows; it waits itself for them to be free, for
 * `lockTimeout` seconds. Only a REPEATABLE READ transaction that began before, and reads a table for the first time after the
 * copy, finds it empty: that is how TRUNCATE works.
 *
 * @example dag.run("copy_tables", copyTables({ from: "pagila_postgres", to: "pagila_tgt" }))
 */
export function copyTables(options: CopyTablesOptions): Operator<CopiedTables> {
  return fromOptions({ name: "copyTables", callee: copyTables, known }, options, makeCopyTables);
}

function makeCopyTables(options: CopyTablesOptions): Operator<CopiedTables> {
  const { from, to, tables, exclude = [], schemas = ["public"], lockTimeout = defaultLockTimeout, under } = options;
  checkOptions(from, to, lockTimeout);
  const choice: TableChoice = { schemas, tables, exclude };
  const shown: JsonObject = {
    from,
    to,
    schemas: [...schemas],
    exclude: [...exclude],
    ...(tables && { tables: [...tables] }),
  };
  return defineOperator<CopiedTables>({
    name: "copyTables",
    options: shown,
    inputs: under ? { lease: under } : {},
    connections: [from, to],
    execute: async (inputs) => {
      const lease = leaseOf(inputs, to);
      return withPostgres(to, (target) =>
        inTransaction(target, () =>
          onceUnderLease(target, { lease, content: shown }, () =>
            withPostgres(from, (source) => copyAll({ source, target }, { from, to, choice, lockTimeout })),
          ),
        ),
      );
    },
  });
}

function checkOptions(from: string, to: string, lockTimeout: number): void {
  const operator = { name: "copyTables", callee: copyTables };
  if (from === to) {
    const problem = `from and to are both ${JSON.stringify(from)}`;
    reportIn(operator, { steps: ["to"], problem, remedy: "name two databases" });
  }
  if (Number.isInteger(lockTimeout) && lockTimeout >= 1 && lockTimeout <= maxLockTimeout) return;
  const remedy = `give whole seconds from 1 to ${maxLockTimeout}`;
  reportIn(operator, { steps: ["lockTimeout"], problem: `lockTimeout is ${lockTimeout}`, remedy });
}

interface CopyWork {
  readonly from: string;
  readonly to: string;
  readonly choice: TableChoice;
  readonly lockTimeout: number;
}

interface Sessions {
  readonly source: PostgresSession;
  readonly target: PostgresSession;
}

async function copyAll(sessions: Sessions, { from, to, choice, lockTimeout }: CopyWork): Promise<CopiedTables> {
  const { pinDataSettings } = await import("../connections/postgres.ts");
  const { withSnapshot } = await import("./copy-source.ts");
  const { prepareTarget, finishTarget } = await import("./copy-target.ts");
  await atTarget(to, () => pinDataSettings(sessions.target));
  const copied: Record<string, { rows: number; bytes: number }> = {};
  const { name, target, states } = await withSnapshot(
    sessions.source,
    { connection: from, choice, lockTimeout },
    async (snapshot) => {
      const prepared = await atTarget(to, () =>
        prepareTarget(sessions.target, { connection: to, lockTimeout }, snapshot),
      );
      for (const table of prepared.tables) {
        const source = snapshot.tables.find((other) => other.name === table.name)!;
        copied[table.label] = await copyOne(sessions, { source, target: table }, `${from} to ${to}`);
      }
      return { name: snapshot.name, target: prepared, states: await snapshot.readSequences() };
    },
  );
  const { refreshed } = await atTarget(to, () => finishTarget(sessions.target, target, states));
  const total = sum(Object.values(copied));
  console.log(
    `Copied ${target.tables.length} tables from snapshot ${name}: ${total.rows} rows, ${total.bytes} bytes, nothing spilled to disk; ` +
      `${states.length} sequences set, ${refreshed.length} materialised views refreshed`,
  );
  return { snapshot: name, tables: copied, ...total, spilled: false };
}

/** The source's session stands around all of the work: what the target refuses must be named before it gets there. */
async function atTarget<T>(to: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw describePostgresFailure(error, `connection ${to}`);
  }
}

async function copyOne(
  sessions: Sessions,
  tables: { readonly source: CatalogTable; readonly target: CatalogTable },
  way: string,
): Promise<{ rows: number; bytes: number }> {
  const { copyTable } = await import("../streams/postgres-table-copy.ts");
  const { label } = tables.source;
  const started = performance.now();
  let reported = started;
  const onBytes = (bytes: number) => {
    if (performance.now() - reported < progressIntervalMs) return;
    reported = performance.now();
    reportProgress({ table: label, rows: null, bytes });
  };
  try {
    const { rows, bytes } = await copyTable(sessions, tables, { signal: getContext().signal, onBytes });
    reportProgress({ table: label, rows, bytes });
    console.log(
      `Copied ${label}: ${rows} rows, ${bytes} bytes in ${((performance.now() - started) / 1000).toFixed(2)} s`,
    );
    return { rows, bytes };
  } catch (error) {
    throw describePostgresFailure(error, `table ${label}, ${way}`);
  }
}

function sum(parts: readonly { readonly rows: number; readonly bytes: number }[]): { rows: number; bytes: number } {
  return parts.reduce((total, part) => ({ rows: total.rows + part.rows, bytes: total.bytes + part.bytes }), {
    rows: 0,
    bytes: 0,
  });
}
