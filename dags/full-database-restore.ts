import { chain, Dag, variable } from "dagwright";
import { mongo, restoreMongo, restorePostgres, s3LatestObject } from "dagwright/operators";

/** Restores the newest backups of S3 into PostgreSQL and MongoDB, over what is there. Only a person starts it. */
export const dag = new Dag("full_database_restore_workflow", {
  destructive: true,
  maxActiveRuns: 1,
  startDate: "2024-01-01",
  tags: ["backup", "mongodb", "postgres", "restore", "s3"],
  defaultArgs: { retries: 2, retryDelay: 60 },
});

const bucket = variable("S3_BUCKET", { default: "kft-lakehouse-staging" });
const backups = "digital_lending/backups/zemzem";
const postgres = {
  host: variable("POSTGRES_HOST"),
  port: variable("POSTGRES_PORT", { default: "5432" }),
  user: variable("POSTGRES_USER"),
  password: variable("POSTGRES_PASSWORD"),
  database: variable("POSTGRES_DB"),
};
const mongodb = {
  host: variable("MONGODB_HOST"),
  port: variable("MONGODB_PORT", { default: "27017" }),
  user: variable("MONGODB_USER"),
  password: variable("MONGODB_PASS"),
  database: variable("MONGODB_DB"),
};

const postgresDump = dag.run(
  "find_latest_postgres_dump",
  s3LatestObject({ bucket, prefix: variable("S3_POSTGRES_PREFIX", { default: `${backups}/postgres/` }) }),
);
const mongodbDump = dag.run(
  "find_latest_mongodb_dump",
  s3LatestObject({ bucket, prefix: variable("S3_MONGODB_PREFIX", { default: `${backups}/mongodb/` }) }),
);

chain(
  [
    dag.run("restore_postgres_dump", restorePostgres({ object: postgresDump, to: postgres, inPlace: "never" })),
    dag.run("restore_mongodb_dump", restoreMongo({ object: mongodbDump, to: mongodb })),
  ],
  dag.run(
    "process_mongodb_data",
    mongo({
      connection: mongodb,
      run: async (database) => {
        const names = (await database.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort();
        return Object.fromEntries(
          await Promise.all(names.map(async (name) => [name, await database.collection(name).countDocuments()])),
        );
      },
    }),
    { idempotent: true },
  ),
);
