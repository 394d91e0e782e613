// The project's own DAGs in real Airflow: the same serialised DAG whatever order Python's sets have, no import error, no warning, and nothing
// to object to for the test that Astro's projects begin with.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { buildFiles } from "../../../generator/build/build-files.ts";
import { writeBuild } from "../../../generator/build/write-build.ts";
import { loadProject } from "../../../generator/load/load-project.ts";
import { airflowVersions, createAirflowHome, describeWithPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";

const script = readFileSync(new URL("stable-dags.py", import.meta.url), "utf8");
const ids = ["full_database_restore_workflow", "hello_world", "load_pagila_to_postgres", "replicate_pagila_to_target"];

let dags: string;
let tags: string[];
beforeAll(async () => {
  const out = createFolder();
  const project = await loadProject(fileURLToPath(new URL("../../../", import.meta.url)));
  writeBuild(out, buildFiles(project));
  dags = join(out, "dags");
  tags = project.dags.flatMap(({ model }) => model.tags);
});

describeWithPython("real Airflow", () => {
  test.each(airflowVersions)(
    "%s serialises a DAG alike under every hash seed, and finds nothing wrong with it",
    async (version) => {
      const read = async (seed: string) => {
        const airflow = createAirflowHome(version, dags, { PYTHONHASHSEED: seed });
        const { output } = await airflow.python(script, dags, JSON.stringify(tags));
        return JSON.parse(output.split("\n").find((line) => line.startsWith('{"errors"')) ?? output);
      };
      const [one, other, third] = [await read("1"), await read("2"), await read("3")];
      expect(Object.keys(one.hashes).sort()).toEqual(ids);
      expect(other).toEqual(one);
      expect(third).toEqual(one);
      const none = Object.fromEntries(ids.map((id) => [id, []]));
      expect(one).toMatchObject({ errors: {}, warnings: [], objections: none });
    },
    120_000,
  );

  test.each(airflowVersions)(
    "%s lists no import error, and would list one",
    async (version) => {
      const list = (folder: string) => {
        const airflow = createAirflowHome(version, folder, { AIRFLOW__LOGGING__LOGGING_LEVEL: "ERROR" });
        return airflow.airflow("dags", "list-import-errors", "--local", "--output", "json");
      };
      const sound = await list(dags);
      expect(sound.output).toMatch(/^\[\]$/m);
      expect(sound.exitCode).toBe(0);

      const broken = createFolder();
      writeFileSync(join(broken, "broken.py"), "import airflow  # a dag\nimport not_there\n");
      expect((await list(broken)).output).toContain("not_there");
    },
    120_000,
  );
});
