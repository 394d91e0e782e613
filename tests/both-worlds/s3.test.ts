// The newest object of a real S3 server, found from one build in both worlds: with a connection, and with the environment's credentials.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { airflowVersions, createAirflowHome, describeWithPython } from "../support/airflow.ts";
import { buildProject, copyFixture } from "../support/built-project.ts";
import { createBucket, describeWithS3, isMoto, s3Connection, s3Url } from "../support/s3.ts";
import { dagsTest } from "../support/standalone.ts";

const states = { find: "success", find_alone: "success", compare: "success", show: "success", find_nothing: "failed" };
/** Lasting keys have none; moto does not mind. */
const sessionToken = isMoto ? "FwoGZXIvYXdzEBYaDExample/+token==" : undefined;
const shown = isMoto ? "the environment's is <***>, with <***>" : "the environment's is <***>, with <undefined>";

describeWithS3("s3LatestObject in a build", () => {
  it("runs standalone, and shows no secret", async () => {
    const { root, environment, etag, secrets } = await prepare();
    const run = await dagsTest("newest", [], { cwd: root, environment });
    expect(run.states, run.stderr).toEqual(states);
    expect(run.xcoms["find"]!["return_value"]).toMatchObject({ key: "backups/2.dump", size: 5, etag });
    expect(run.xcoms["find_alone"]!["return_value"]).toMatchObject({ key: "backups/3.txt", size: 3 });
    expect(run.xcoms["compare"]!["return_value"]).toEqual(["backups/2.dump", "backups/3.txt"]);
    expect(run.errors["find_nothing"]).toMatch(/^no object was found .*looked at 0 objects/);
    const texts = [run.stdout, run.stderr, ...textsBelow(root)];
    expect(texts.join("\n")).toContain(shown);
    expect(texts.join("\n")).toContain("the connection's is <***>");
    expect(secrets.filter((secret) => texts.some((text) => text.includes(secret)))).toEqual([]);
  });

  describeWithPython("in real Airflow", () => {
    it.each(airflowVersions)(
      "%s runs it, and shows no secret",
      async (version) => {
        const { root, environment, etag, secrets } = await prepare();
        const dags = join(await buildProject(root), "dags");
        const airflow = createAirflowHome(version, dags, environment);
        const run = await airflow.dagsTest("newest");
        expect(run.states, run.output.slice(-3_000)).toEqual(states);
        expect(run.xcoms["find"]!["return_value"]).toMatchObject({ key: "backups/2.dump", size: 5, etag });
        expect(run.xcoms["compare"]!["return_value"]).toEqual(["backups/2.dump", "backups/3.txt"]);
        // Under `dags test`, and only there, Airflow 3.0 prints its own requests to mask a secret.
        const lines = run.output.split("\n").filter((line) => !line.includes("msg=MaskSecret("));
        const texts = [lines.join("\n"), ...textsBelow(airflow.home), ...textsBelow(dags)];
        expect(texts.join("\n")).toContain(shown);
        expect(secrets.filter((secret) => texts.some((text) => text.includes(secret)))).toEqual([]);
      },
      120_000,
    );
  });
});

async function prepare() {
  const bucket = await createBucket();
  await bucket.put("backups/1.dump", "old");
  const etag = await bucket.put("backups/2.dump", "newer");
  await bucket.put("backups/3.txt", "new");
  const { login, password, extra } = s3Connection();
  const environment = {
    AIRFLOW_CONN_BACKUPS: JSON.stringify({ conn_type: "aws", login, password, extra }),
    AIRFLOW_VAR_S3_BUCKET: bucket.name,
    AWS_ACCESS_KEY_ID: login!,
    AWS_SECRET_ACCESS_KEY: password!,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_ENDPOINT_URL_S3: s3Url(),
    AWS_REGION: "us-east-1",
  };
  return {
    root: copyFixture("s3"),
    environment,
    etag,
    secrets: [password!, sessionToken].filter((secret) => secret !== undefined),
  };
}

/** Every file, databases and their journals too, as text. */
function textsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
