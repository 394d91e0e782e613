// What a laid out Astro project is to the tools that get it: the test in it under pytest and real Airflow, its Dockerfile under hadolint.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scaffoldFiles } from "../../../generator/astro/scaffold-files.ts";
import { supportedAirflowVersions } from "../../../generator/load/check-config.ts";
import { airflowVersions, createAirflowHome, describeWithPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";
import { hadolint } from "../../support/hadolint.ts";
import { pythonIn } from "../../support/python-environments.ts";
import { ruff } from "../../support/ruff.ts";
import { dagwright } from "../../support/standalone.ts";

const source = (id: string) => `import { Dag } from "dagwright";
const dag = new Dag("${id}", { startDate: "2024-01-01", tags: ["test"], defaultArgs: { retries: 2 } });
dag.task("work", () => "text")();
`;

describeWithPython("the test that is laid out", () => {
  test.each(airflowVersions)(
    "%s: is green, and red for files that do not import, DAGs without tags and too few retries",
    async (version) => {
      const root = createFolder();
      mkdirSync(join(root, "dags"));
      for (const id of ["one", "two"]) writeFileSync(join(root, "dags", `${id}.ts`), source(id));
      await dagwright(["build", "--astro", "astro"], { cwd: root });
      const project = join(root, "astro");
      const { python } = createAirflowHome(version, join(project, "dags"), { PYTHONPATH: pytestFolder() });
      const pytest = () =>
        python(runPytest, "-q", "-p", "no:cacheprovider", "--rootdir", project, join(project, "tests"));

      const green = await pytest();
      expect(green.output).toMatch(/^5 passed/m);
      expect(green.exitCode).toBe(0);

      writeFileSync(join(project, "dags", "broken.py"), "from airflow.sdk import DAG, no_such_name\n");
      writeFileSync(join(project, "dags", "bare.py"), 'from airflow.sdk import DAG\n\nbare = DAG("bare")\n');
      const red = await pytest();
      expect(red.exitCode).toBe(1);
      expect(red.output).toMatch(/^3 failed, 4 passed/m);
      for (const reason of ["no_such_name", "bare has no tags", "bare: retries is 0"]) {
        expect(red.output).toContain(reason);
      }
    },
    120_000,
  );

  test("ruff finds nothing in it", async () => {
    const folder = createFolder();
    writeFileSync(join(folder, "test_dag_example.py"), scaffold(["3.3"]).get("tests/dags/test_dag_example.py")!);
    for (const args of [
      ["check", "--select", "E,F,W,I,UP,B,A,RUF,PT,AIR", "."],
      ["format", "--check", "--diff", "."],
    ]) {
      expect(await ruff(args, folder)).toBe("");
    }
  });
});

describeWithPython("hadolint", () => {
  test.each(supportedAirflowVersions)("finds nothing in the Dockerfile for %s", async (version) => {
    const path = join(createFolder(), "Dockerfile");
    writeFileSync(path, scaffold([version]).get("Dockerfile")!);
    expect(await hadolint(path)).toBe("");
  });
});

function scaffold(airflow: Parameters<typeof scaffoldFiles>[1]["airflow"]) {
  return scaffoldFiles([], { airflow, folderName: "films" });
}

const runPytest = "import sys, pytest\nsys.exit(pytest.main(sys.argv[1:]))";

/** pytest is no part of Airflow's environments: they find it where its own has it. */
function pytestFolder(): string {
  const code = "import pathlib, pytest\nprint(pathlib.Path(pytest.__file__).parents[1])";
  return execFileSync(pythonIn("pytest"), ["-c", code], { encoding: "utf8" }).trim();
}
