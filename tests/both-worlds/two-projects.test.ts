// Two projects' builds beside each other in one dags folder: each DAG finds its own bundles, and one build leaves the other's alone.

import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { airflowVersions, createAirflowHome, describeWithPython } from "../support/airflow.ts";
import { buildProject, createFolder } from "../support/built-project.ts";

/** The same names in both, as far as Airflow lets them: DAG ids are unique in it. */
const projects = ["north", "south"];
let dagsFolder: string;

beforeAll(async () => {
  dagsFolder = join(createFolder(), "dags");
  for (const name of projects) {
    const root = createFolder();
    mkdirSync(join(root, "dags"));
    writeFileSync(
      join(root, "dags", "where.ts"),
      `import { Dag } from "dagwright";
const dag = new Dag("where_${name}", { startDate: "2024-01-01" });
const here = dag.task("here", () => "${name}")();
dag.task("again", ({ here }: { here: string }) => here + " again")({ here });
`,
    );
    cpSync(join(await buildProject(root), "dags"), join(dagsFolder, name), { recursive: true });
  }
});

it("nothing of one lies in the other", () => {
  expect(readdirSync(dagsFolder).sort()).toEqual(projects);
  for (const name of projects) {
    expect(readdirSync(join(dagsFolder, name)).sort()).toEqual(["dagwright", `where_${name}.py`]);
    const helper = readFileSync(join(dagsFolder, name, "dagwright", "operators.py"), "utf8");
    expect(helper).not.toContain(name);
  }
});

describeWithPython("in real Airflow", () => {
  it.concurrent.each(airflowVersions)("%s runs both in one process, each with its own code", async (version) => {
    const { runs, output } = await createAirflowHome(version, dagsFolder).dagsTestAll(
      projects.map((name) => `where_${name}`),
    );
    for (const name of projects) {
      const xcoms = { here: { return_value: name }, again: { return_value: `${name} again` } };
      expect(runs[`where_${name}`], output).toMatchObject({ runState: "success", xcoms });
    }
  });
});
