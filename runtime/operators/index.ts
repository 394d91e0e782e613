// The public entry `dagwright/operators`: re-exports only.

export type { S3Object } from "../streams/s3-object.ts";
export { type AcquireLeaseOptions, acquireLease } from "./acquire-lease.ts";
export { type CheckCountsOptions, type Counts, checkCounts } from "./check-counts.ts";
export { type CopiedTables, type CopyTablesOptions, copyTables } from "./copy-tables.ts";
export { hashFiles } from "./hash-files.ts";
export type { SqlResult } from "./json-rows.ts";
export type { Lease } from "./lease.ts";
export { type LoadResult, type LoadSqlDumpOptions, loadSqlDump } from "./load-sql-dump.ts";
export { type MongoOptions, mongo, type RelaxedJson } from "./mongo.ts";
export type { MongoTarget } from "./mongo-target.ts";
export type { PostgresTarget } from "./postgres-target.ts";
export { type QueryOptions, query } from "./query.ts";
export { type Release, releaseLease } from "./release-lease.ts";
export type { PostgresRestore } from "./restore/restore-archive.ts";
export { type RestoreMongoOptions, restoreMongo } from "./restore-mongo.ts";
export type { RestoredArchive } from "./restore-mongo-archive.ts";
export { type RestorePostgresOptions, restorePostgres } from "./restore-postgres.ts";
export { type S3LatestObjectOptions, s3LatestObject } from "./s3-latest-object.ts";
export { type SqlOptions, sql } from "./sql.ts";
