// Every way in which a task can end, from one build, standalone and in real Airflow: the same states, tries and XComs.

import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { airflowVersions, createAirflowHome, describeWithPython } from "../support/airflow.ts";
import { buildProject, copyFixture } from "../support/built-project.ts";
import { dagsTest } from "../support/standalone.ts";

const odd = `"quotes" 'single' ünïcödé \u2028 {{ ds }} \\ \n 😀`;
const big = { text: odd.repeat(9_000), items: [1, 2.5, -3] };
const params = { limit: 10, name: "it's {{ ds }}" };
const facts = (hasLogicalDate: boolean) => ({
  prefix: "literal",
  dagId: "passing",
  taskId: "report_facts",
  tryNumber: 1,
  mapIndex: -1,
  runType: "manual",
  params,
  conf: {},
  hasLogicalDate,
});

/** DAG → what the task states, tries and XComs must be. A task that never ran has no try. */
const expected = {
  passing: {
    runState: "success",
    states: {
      make_big: "success",
      measure_big: "success",
      report_facts: "success",
      echo_line: "success",
      meet: "success",
    },
    tries: { make_big: 1, measure_big: 1, report_facts: 1, echo_line: 1, meet: 1 },
    xcoms: {
      make_big: { return_value: big },
      measure_big: {
        first_item: 1,
        return_value: { length: big.text.length, start: big.text.slice(0, 40), items: big.items },
      },
      report_facts: { return_value: facts(true) },
      echo_line: { return_value: "last" },
    },
  },
  failing: {
    runState: "failed",
    states: { fail_for_good: "failed", never_runs: "upstream_failed", runs_anyway: "success" },
    tries: { fail_for_good: 1, never_runs: 0, runs_anyway: 1 },
    xcoms: { fail_for_good: { before: 1 }, runs_anyway: { return_value: "anyway" } },
  },
  failing_fast: {
    runState: "success",
    states: { open: "success", fail_for_good: "failed", next: "skipped", last: "skipped", close: "success" },
    tries: { open: 1, fail_for_good: 1, next: 0, last: 0, close: 1 },
    xcoms: { open: { return_value: "open" }, close: { return_value: "closed" } },
  },
  skipping: {
    runState: "success",
    states: {
      skip_itself: "skipped",
      skipped_too: "skipped",
      goes_on: "success",
      skip_by_code: "skipped",
      after_code: "skipped",
    },
    tries: { skip_itself: 1, skipped_too: 0, goes_on: 1, skip_by_code: 1, after_code: 0 },
    xcoms: {},
  },
  cutting: {
    runState: "success",
    states: { set_up: "success", decide: "success", work: "skipped", tear_down: "success" },
    tries: { set_up: 1, decide: 1, work: 0, tear_down: 1 },
    xcoms: { set_up: { return_value: "ready" }, tear_down: { return_value: "done" } },
  },
  grouped: {
    runState: "failed",
    states: {
      "extract.open": "success",
      "extract.films.rows": "success",
      "extract.films.count": "success",
      "extract.close": "success",
      line: "success",
      "broken.fails": "failed",
      never: "upstream_failed",
      anyway: "success",
      first: "success",
    },
    tries: {
      "extract.open": 1,
      "extract.films.rows": 2,
      "extract.films.count": 1,
      "extract.close": 1,
      line: 1,
      "broken.fails": 1,
      never: 0,
      anyway: 1,
      first: 1,
    },
    xcoms: {
      "extract.open": { return_value: "opened" },
      "extract.films.rows": { return_value: ["extract.films.rows"] },
      "extract.films.count": { return_value: 1 },
      "extract.close": { return_value: "closed" },
      line: { return_value: "line" },
      anyway: { return_value: "anyway" },
      first: { return_value: "extract.films.rows" },
    },
  },
  retrying: {
    runState: "success",
    states: { fails_once: "success" },
    tries: { fails_once: 2 },
    xcoms: { fails_once: { return_value: 2 } },
  },
};
const ids = Object.keys(expected) as (keyof typeof expected)[];

let root: string;
let out: string;
beforeAll(async () => {
  root = copyFixture("both-worlds");
  out = await buildProject(root);
});

describe("standalone", () => {
  it.each(ids)("%s ends as it must", async (id) => {
    expect(await dagsTest(id, [], { cwd: root })).toMatchObject(expected[id]);
  });
});

describeWithPython("real Airflow", () => {
  it.each(airflowVersions)(
    "%s ends every DAG as it must",
    async (version) => {
      const { runs, output } = await createAirflowHome(version, join(out, "dags")).dagsTestAll(ids);
      for (const id of ids) {
        expect(withoutAirflowsOwn(runs[id]!.xcoms), id).toEqual(expected[id].xcoms);
        expect(runs[id], id).toMatchObject({
          runState: expected[id].runState,
          states: expected[id].states,
          tries: expected[id].tries,
        });
      }
      // Nothing is rendered: Airflow shows the constant command.
      expect(output).toContain(`exec node "$DAGWRIGHT_TASK_MAIN"`);
    },
    240_000,
  );

  it.each(airflowVersions)(
    "%s runs a run without a logical date",
    async (version) => {
      const airflow = createAirflowHome(version, join(out, "dags"));
      const code = `
from airflow.models import DagBag
bag = DagBag()
try:
    from airflow.serialization.serialized_objects import SerializedDAG
    bag.sync_to_db("dags-folder", None)
except TypeError:
    bag.sync_to_db(None, None)
except Exception as error:
    print("not synchronised:", error)
bag.dags["passing"].test(logical_date=None)
`;
      const { output } = await airflow.python(code);
      const run = airflow.readRun("passing");
      expect(run.runState, output.slice(-3000)).toBe("success");
      expect(run.xcoms["report_facts"]).toEqual({ return_value: facts(false) });
    },
    240_000,
  );
});

/** SkipMixin's note to Airflow about what it skipped. */
function withoutAirflowsOwn(xcoms: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
  const kept = Object.entries(xcoms).map(([task, values]) => [
    task,
    Object.fromEntries(Object.entries(values).filter(([key]) => key !== "skipmixin_key")),
  ]);
  return Object.fromEntries(kept.filter(([, values]) => Object.keys(values as object).length > 0));
}
