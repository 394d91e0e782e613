// The newest dump of a bucket into MongoDB and a function on it: standalone and in real Airflow the same, and the password of a variable whose name
// tells none is nowhere.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { airflowVersions, createAirflowHome, describeWithPython } from "../support/airflow.ts";
import { buildProject, copyFixture } from "../support/built-project.ts";
import { makeArchive } from "../support/mongo-archive.ts";
import { createMongoDatabase, describeWithMongo, type TestMongo } from "../support/mongo-server.ts";
import { pathWithMongorestore } from "../support/mongorestore.ts";
import { createBucket, describeWithS3, s3Connection } from "../support/s3.ts";
import { dagsTest } from "../support/standalone.ts";

const conf = JSON.stringify({ confirm: "restore_mongo" });
const states = { find_dump: "success", restore_dump: "success", process_data: "success" };

let root: string;
let dags: string;
beforeAll(async () => {
  root = copyFixture("restore-mongo");
  dags = join(await buildProject(root), "dags");
});

describeWithS3("restore_mongo", () => {
  describeWithMongo("with a server", (mongo) => {
    describe("standalone", () => {
      it("restores, works on it, and shows the password nowhere", async () => {
        const { environment, expected, name } = await prepare(mongo());
        const run = await dagsTest("restore_mongo", ["--conf", conf], { cwd: root, environment });
        expect(run.states, run.stderr).toEqual(states);
        expect(run.xcoms["process_data"]).toEqual({ return_value: expected });
        expect(run.xcoms["restore_dump"]!["return_value"]).toMatchObject({ namespaces: { [`${name}.films`]: 120 } });
        const texts = [run.stdout, run.stderr, ...textsBelow(root)];
        expect(formsOf(mongo().password).filter((form) => texts.some((text) => text.includes(form)))).toEqual([]);
        expect(texts.some((text) => text.includes("it is <***>, <***>, <***>"))).toBe(true);
      }, 60_000);
    });

    describeWithPython("real Airflow", () => {
      it.each(airflowVersions)(
        "%s restores, works on it, and shows the password nowhere",
        async (version) => {
          const { environment, expected } = await prepare(mongo());
          const airflow = createAirflowHome(version, dags, environment);
          const run = await airflow.dagsTest("restore_mongo", "--conf", conf);
          expect(run.states, run.output.slice(-3_000)).toEqual(states);
          expect(run.xcoms["process_data"]).toEqual({ return_value: expected });
          // Under `dags test`, and only there, Airflow 3.0 prints its own requests to mask a secret.
          const lines = run.output.split("\n").filter((line) => !line.includes("msg=MaskSecret("));
          const texts = [lines.join("\n"), ...textsBelow(airflow.home), ...textsBelow(dags)];
          expect(formsOf(mongo().password).filter((form) => texts.some((text) => text.includes(form)))).toEqual([]);
          expect(lines.join("\n")).toMatch(/it is <\*\*\*>, <\*\*\*>, <\*\*\*>/);
        },
        120_000,
      );
    });
  });
});

async function prepare(mongo: TestMongo) {
  const { name } = createMongoDatabase(mongo);
  const documents = Array.from({ length: 120 }, (_, i) => ({ _id: i, at: new Date(i) }));
  const bucket = await createBucket();
  await bucket.put("mongodb/old.archive.gz", "an older one");
  await bucket.put("mongodb/z-new.archive.gz", makeArchive([{ db: name, collection: "films", documents }]));
  await bucket.put("postgres/other.dump", "another one");
  const { host, extra, login, password } = s3Connection();
  const environment = {
    PATH: pathWithMongorestore(),
    AIRFLOW_CONN_TEST_S3: JSON.stringify({ conn_type: "aws", host, login, password, extra }),
    AIRFLOW_VAR_S3_BUCKET: bucket.name,
    AIRFLOW_VAR_MONGODB_HOST: mongo.host,
    AIRFLOW_VAR_MONGODB_PORT: String(mongo.port),
    AIRFLOW_VAR_MONGODB_USER: mongo.user,
    AIRFLOW_VAR_MONGODB_PASS: mongo.password,
    AIRFLOW_VAR_MONGODB_DB: name,
  };
  const expected = {
    key: "mongodb/z-new.archive.gz",
    namespaces: { [`${name}.films`]: 120 },
    films: 120,
    first: { _id: 0, at: { $date: "1970-01-01T00:00:00Z" } },
  };
  return { environment, expected, name };
}

function formsOf(password: string): string[] {
  return [
    password,
    encodeURIComponent(password),
    Buffer.from(password).toString("base64"),
    Buffer.from(password).toString("hex"),
  ];
}

/** Every file, databases and their journals too, as text. */
function textsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
