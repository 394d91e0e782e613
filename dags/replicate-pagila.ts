import { chain, Dag } from "dagwright";
import { checkCounts, copyTables, loadSqlDump, sql } from "dagwright/operators";
import { files, pagila, target } from "./pagila.ts";
import createPostgresRole from "./sql/create-postgres-role.sql";

/** Replicates every Pagila table to a second PostgreSQL under one snapshot. */
export const dag = new Dag("replicate_pagila_to_target", {
  schedule: null,
  startDate: "2024-01-01",
  tags: ["pagila", "postgres", "replication"],
  defaultArgs: { retries: 2, retryDelay: 60 },
});

chain(
  dag.run("ensure_postgres_role", sql({ connection: target, text: createPostgresRole })),
  dag.run("create_schema", loadSqlDump({ connection: target, file: files.schema, ifEmpty: true })),
  dag.run("copy_tables", copyTables({ from: pagila, to: target })),
  dag.run("compare_counts", checkCounts({ connection: pagila, against: target })),
);
