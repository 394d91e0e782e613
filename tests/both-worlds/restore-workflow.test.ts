// The restore workflow as it stands in dags/, with its file of variables: the newest dumps of a bucket into PostgreSQL and MongoDB, standalone and
// in real Airflow, with the credentials of S3 in the environment.

import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { loadSqlite } from "../../runtime/store/sqlite.ts";
import { airflowVersions, createAirflowHome, describeWithPython } from "../support/airflow.ts";
import { buildProject, createFolder } from "../support/built-project.ts";
import { createDatabase } from "../support/databases.ts";
import { makeArchive } from "../support/mongo-archive.ts";
import { createMongoDatabase, describeWithMongo, type TestMongo } from "../support/mongo-server.ts";
import { pathWithMongorestore } from "../support/mongorestore.ts";
import { dump, postgresBin } from "../support/postgres-tools.ts";
import { createBucket, describeWithS3, s3Connection, s3Url } from "../support/s3.ts";
import { dagsTest, dagwright } from "../support/standalone.ts";

const dagId = "full_database_restore_workflow";
const conf = JSON.stringify({ confirm: dagId });
const template = fileURLToPath(new URL("../../dags/config/airflow_variables.json", import.meta.url));
const folder = "digital_lending/backups/zemzem";
const states = {
  find_latest_postgres_dump: "success",
  find_latest_mongodb_dump: "success",
  restore_postgres_dump: "success",
  restore_mongodb_dump: "success",
  process_mongodb_data: "success",
};

describeWithS3(dagId, () => {
  describeWithMongo("with both servers", (mongo) => {
    describeWithPython("and the tools of PostgreSQL", () => {
      it("standalone: variables imported from the file, twice in a row", async () => {
        const project = await prepare(mongo());
        const { root, environment } = project;
        const imported = await dagwright(["variables", "import", project.variables], { cwd: root, environment });
        expect(imported.exitCode, imported.stderr).toBe(0);
        for (const _ of ["first", "again"]) {
          const run = await dagsTest(dagId, ["--conf", conf], { cwd: root, environment });
          expect(run.states, run.stderr).toEqual(states);
          await project.check(run.xcoms);
          const state = join(root, ".dagwright");
          const store = rowsOf(join(state, "dagwright.db"));
          expect(store.join()).toContain("restore_postgres_dump");
          project.checkSecrets([run.stdout, run.stderr, ...textsBelow(state), ...store]);
        }
      }, 120_000);

      it.each(airflowVersions)(
        "Airflow %s: the same file imported, the same end",
        async (version) => {
          const project = await prepare(mongo());
          const dags = join(await buildProject(project.root), "dags");
          const airflow = createAirflowHome(version, dags, project.environment);
          const imported = await airflow.airflow("variables", "import", project.variables);
          expect(imported.exitCode, imported.output).toBe(0);
          const run = await airflow.dagsTest(dagId, "--conf", conf);
          expect(run.states, run.output.slice(-3_000)).toEqual(states);
          await project.check(run.xcoms);
          // Under `dags test`, and only there, Airflow 3.0 prints its own requests to mask a secret.
          const lines = run.output.split("\n").filter((line) => !line.includes("msg=MaskSecret("));
          const metadata = rowsOf(join(airflow.home, "airflow.db"));
          expect(metadata.join()).toContain("restore_postgres_dump");
          project.checkSecrets([lines.join("\n"), ...textsBelow(dags), ...textsBelow(airflow.home), ...metadata]);
        },
        180_000,
      );
    });
  });
});

async function prepare(mongo: TestMongo) {
  const root = createFolder();
  cpSync(fileURLToPath(new URL("../../dags", import.meta.url)), join(root, "dags"), { recursive: true });
  const [source, target, bucket] = await Promise.all([createDatabase(18), createDatabase(18), createBucket()]);
  await source.query(
    "CREATE TABLE loan (id int PRIMARY KEY, note text); INSERT INTO loan SELECT n, 'new' FROM generate_series(1, 100) n",
  );
  await target.query("CREATE TABLE loan (id int PRIMARY KEY, note text); INSERT INTO loan VALUES (1, 'old')");
  const { name, db } = createMongoDatabase(mongo);
  await db.collection("films").insertOne({ title: "old" });
  const documents = Array.from({ length: 30 }, (_, i) => ({ _id: i, title: `new ${i}` }));
  await bucket.put(`${folder}/postgres/old.dump`, "an older one");
  await bucket.put(`${folder}/mongodb/old.archive.gz`, "an older one");
  const archive = makeArchive([{ db: name, collection: "films", documents }]);
  await bucket.put(`${folder}/postgres/z.dump`, readFileSync(await dump(source, join(root, "z.dump"))));
  await bucket.put(`${folder}/mongodb/z.archive.gz`, archive);

  const { host, port, login, password, schema } = target.connection;
  const values = {
    S3_BUCKET: bucket.name,
    POSTGRES_HOST: host,
    POSTGRES_PORT: String(port),
    POSTGRES_USER: login,
    POSTGRES_PASSWORD: password,
    POSTGRES_DB: schema,
    MONGODB_HOST: mongo.host,
    MONGODB_PORT: String(mongo.port),
    MONGODB_USER: mongo.user,
    MONGODB_PASS: mongo.password,
    MONGODB_DB: name,
  };
  const given = JSON.parse(readFileSync(template, "utf8")) as Record<string, string>;
  expect(Object.keys(given)).toEqual(expect.arrayContaining(Object.keys(values)));
  const variables = join(root, "filled_variables.json");
  writeFileSync(variables, JSON.stringify({ ...given, ...values }));
  const s3 = s3Connection();
  const secrets = [password!, mongo.password, s3.password!];
  return {
    root,
    variables,
    environment: {
      PATH: [postgresBin(18), pathWithMongorestore()].join(delimiter),
      AWS_ACCESS_KEY_ID: s3.login!,
      AWS_SECRET_ACCESS_KEY: s3.password!,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_S3: s3Url(),
    },
    check: async (xcoms: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => {
      const found = (task: string) => xcoms[task]!["return_value"];
      expect(found("find_latest_postgres_dump")).toMatchObject({
        bucket: bucket.name,
        key: `${folder}/postgres/z.dump`,
      });
      expect(found("find_latest_mongodb_dump")).toMatchObject({
        key: `${folder}/mongodb/z.archive.gz`,
        size: archive.length,
      });
      expect(found("restore_postgres_dump")).toMatchObject({ database: schema, mode: "fresh", tables: 1 });
      expect(found("restore_mongodb_dump")).toMatchObject({ namespaces: { [`${name}.films`]: 30 } });
      expect(found("process_mongodb_data")).toEqual({ films: 30 });
      expect(await target.query("SELECT count(*)::int AS rows, min(note) AS note FROM loan")).toEqual([
        { rows: 100, note: "new" },
      ]);
      expect(await db.collection("films").findOne({ title: "old" })).toBe(null);
    },
    checkSecrets: (texts: readonly string[]) =>
      expect(secrets.filter((secret) => texts.some((text) => text.includes(secret)))).toEqual([]),
  };
}

/** All rows of a database (rendered fields, XComs, serialised DAGs …), but for the variables themselves. */
function rowsOf(file: string): string[] {
  const database = new (loadSqlite())(file, { readonly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[];
    return tables
      .filter(({ name }) => name !== "variable")
      .map(({ name }) => JSON.stringify([name, database.prepare(`SELECT * FROM "${name}"`).all()]));
  } finally {
    database.close();
  }
}

/** Every file but databases, whose pages hold the variables, too. */
function textsBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.db(-wal|-shm)?$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
