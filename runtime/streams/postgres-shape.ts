// Whether rows of one database fit into another: every difference, as a sentence each, before anything is written. Pure.

import type { CatalogTable } from "./postgres-catalog.ts";
import type { SequenceUse } from "./postgres-sequences.ts";

export interface Shape {
  readonly tables: readonly CatalogTable[];
  readonly sequences: readonly SequenceUse[];
}

/** Differences of the target from the source, sorted as the source's tables. Order of columns and partitions may differ. */
export function compareShapes(source: Shape, target: Shape): string[] {
  const targets = new Map(target.tables.map((table) => [table.name, table]));
  const tables = source.tables.flatMap((table) => {
    const other = targets.get(table.name);
    return other ? compareColumns(table, other) : [`${table.label}: no such table in the target`];
  });
  const sequences = source.sequences
    .filter((use) => !findCounterpart(use, target.sequences))
    .map(({ sequence, owner }) => `${sequence}${owner ? ` (of ${owner})` : ""}: no such sequence in the target`);
  return [...tables, ...sequences];
}

/** The target's sequence for the same column, else the one of the same name. */
export function findCounterpart(use: SequenceUse, sequences: readonly SequenceUse[]): SequenceUse | undefined {
  return (
    sequences.find(({ owner, sequence }) => owner === use.owner && sequence === use.sequence) ??
    sequences.find(({ owner }) => owner !== null && owner === use.owner) ??
    sequences.find(({ sequence }) => sequence === use.sequence)
  );
}

function compareColumns(source: CatalogTable, target: CatalogTable): string[] {
  const columns = new Map(target.columns.map((column) => [column.name, column]));
  const differences = source.columns.flatMap((column) => {
    const place = `${source.label}.${column.name}`;
    const other = columns.get(column.name);
    columns.delete(column.name);
    if (!other) return [`${place}: no such column in the target`];
    const type =
      column.type === other.type ? [] : [`${place}: ${column.type} in the source, ${other.type} in the target`];
    if (column.isGenerated === other.isGenerated) return type;
    return [...type, `${place}: generated only in the ${column.isGenerated ? "source" : "target"}`];
  });
  const extra = [...columns.keys()].map((name) => `${source.label}.${name}: no such column in the source`);
  return [...differences, ...extra];
}
