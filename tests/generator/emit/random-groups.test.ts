// Which edges a group stands for, and where the generated Python says so: random DAGs, judged by real Airflow.

import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emitAirflow } from "../../../generator/emit/emit-airflow.ts";
import { survey } from "../../../runtime/dag/describe.ts";
import { airflowVersions, describeWithPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";
import { readDagBag } from "../../support/dag-bag.ts";
import { randomFrom } from "../../support/random.ts";
import { randomGroups } from "../../support/random-groups.ts";
import { helperFile } from "./golden-files.ts";

const made = Array.from({ length: 150 }, (_, seed) => survey(randomGroups(`random_${seed}`, randomFrom(seed))));
// Some say themselves that a group has nothing to be ordered by.
const models = made.flatMap(({ model, mistakes }) => (mistakes.length === 0 ? [model] : []));

test("random DAGs have what is to be judged", () => {
  expect(models.length).toBeGreaterThan(80);
  expect(models.flatMap(({ groupEdges = [] }) => groupEdges).length).toBeGreaterThan(200);
});

describeWithPython("real Airflow", () => {
  test.each(airflowVersions)(
    "%s draws the edges that the models have",
    async (version) => {
      const folder = createFolder();
      const facts = { file: "dags/random.ts", definition: "0" };
      for (const model of models) writeFileSync(join(folder, `${model.id}.py`), emitAirflow(model, facts));
      mkdirSync(join(folder, "dagwright"));
      writeFileSync(join(folder, "dagwright", ".airflowignore"), "*\n");
      writeFileSync(join(folder, "dagwright", "__init__.py"), "");
      cpSync(helperFile, join(folder, "dagwright", "operators.py"));
      const { dags, errors } = await readDagBag(version, folder);
      expect(errors).toEqual({});
      for (const { id, tasks } of models) {
        const expected = tasks.map((task) => [
          task.id,
          { upstream: task.upstream, is_setup: task.role === "setup", is_teardown: task.role === "teardown" },
        ]);
        expect(dags[id], id).toMatchObject({ tasks: Object.fromEntries(expected) });
      }
    },
    120_000,
  );
});
