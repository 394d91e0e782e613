// DAGs that together use everything a model can say. Their Airflow files are in golden/, one for each.

import { triggerRules, triggerRulesSince } from "../../../runtime/dag/trigger-rules.ts";
import { chain, Dag, param, type TriggerRule } from "../../../runtime/index.ts";
import { goldenGroups } from "./golden-groups.ts";

const shared = { startDate: "2024-01-01", tags: ["test"], defaultArgs: { retries: 2, retryDelay: 60 } };

/** What would be code in Python, in Jinja or in a comment, were it not a literal. */
export const oddText = `"quotes" 'single' """three""" \\ back\\slash \r\n\t\u2028\u0085 ünï 😀 {{ ds }} %s {x} # no comment`;

/** A key that an object literal would take for its prototype. */
const protoKey = JSON.parse('{ "__proto__": 0 }') as Record<string, number>;

function everyField(): Dag {
  const dag = new Dag("every_field", {
    description: oddText,
    schedule: "30 6 * * MON-FRI",
    startDate: "2024-02-29T06:30:15",
    timezone: "Europe/Vienna",
    catchup: true,
    tags: ["zebra", "it's", 'a "quoted" tag', "ünï"],
    maxActiveRuns: 1,
    maxActiveTasks: 4,
    params: {
      text: oddText,
      empty: "",
      whole: 10,
      negative: -3,
      fraction: 0.1,
      huge: 1e21,
      tiny: 1e-7,
      yes: true,
      no: false,
      nothing: null,
      list: [1, "two", [3, null], {}],
      nested: { "a key": { deeper: [true] }, "it's": 1, ...protoKey },
    },
    defaultArgs: { owner: "data's team", retries: 3, retryDelay: 0.5, executionTimeout: 3600 },
  });
  dag.task("handler", () => 1, { connections: ["b_conn", "a_conn"], variables: ["a_variable"] })();
  dag.bash("bash", `echo "a"\necho 'b' \\\n  # ${"long ".repeat(20)}\n`, { owner: "somebody else" });
  dag.empty("empty", { retries: 0, retryDelay: 0, executionTimeout: 90.25, owner: "o" });
  return dag;
}

function everyDagField(): Dag {
  const dag = new Dag("every_dag_field", {
    ...shared,
    displayName: 'Every field of a DAG: ünï, "quoted"',
    docMd: `# What it is\n\n${"A long line. ".repeat(6)}\n\n- {{ ds }} is no template here\n- ${oddText}`,
    schedule: "@hourly",
    endDate: "2034-12-31T23:59:59",
    timezone: "Europe/Vienna",
    ownerLinks: { data: "https://example.com/data?a=1&b=%20", "it's me": "mailto:me@example.com" },
    maxConsecutiveFailedDagRuns: 3,
    dagrunTimeout: 7200.5,
    failFast: true,
    isPausedUponCreation: false,
  });
  dag.empty("only");
  return dag;
}

function everyTaskField(): Dag {
  const dag = new Dag("every_task_field", {
    startDate: "2024-01-01",
    tags: ["test"],
    defaultArgs: {
      owner: "data",
      retries: 5,
      retryDelay: 10,
      retryExponentialBackoff: true,
      maxRetryDelay: 600.5,
      executionTimeout: 60,
      pool: "warehouse",
      poolSlots: 2,
      priorityWeight: 10,
      weightRule: "upstream",
      queue: "it's big",
      dependsOnPast: true,
      ignoreFirstDependsOnPast: true,
      waitForDownstream: false,
      maxActiveTisPerDag: 3,
      maxActiveTisPerDagrun: 2,
    },
  });
  const first = dag.bash("first", "true", { displayName: "The first: ünï", docMd: `## First\n\n${oddText}` });
  const own = dag.task("own", () => 1, {
    docMd: "Of its own.",
    retryExponentialBackoff: false,
    maxRetryDelay: 1,
    pool: "default_pool",
    poolSlots: 1,
    priorityWeight: -3,
    weightRule: "absolute",
    queue: "default",
    dependsOnPast: false,
    ignoreFirstDependsOnPast: false,
    maxActiveTisPerDag: 1,
    maxActiveTisPerDagrun: 1,
  })();
  chain(first, own, dag.empty("waits", { waitForDownstream: true, weightRule: "downstream", docMd: "docs/waits.md" }));
  return dag;
}

/** The other value of each flag, and texts that fit on their line. */
function quietFields(): Dag {
  const dag = new Dag("quiet_fields", {
    tags: ["test"],
    docMd: "One line, no timedelta(1).\nAnother.\n",
    endDate: "2034-01-01",
    maxConsecutiveFailedDagRuns: 0,
    failFast: false,
    isPausedUponCreation: true,
    ownerLinks: {},
  });
  dag.empty("only", { triggerRule: "always" });
  return dag;
}

function everyTriggerRule(): Dag {
  const dag = new Dag("every_trigger_rule", { ...shared, schedule: "@hourly" });
  const first = dag.empty("first");
  // In every version; a teardown's own is no task's.
  const isOfAll = (rule: TriggerRule) => rule !== "all_done_setup_success" && triggerRulesSince[rule] === undefined;
  const ofTasks = triggerRules.filter(isOfAll);
  for (const triggerRule of ofTasks) dag.bash(`after_${triggerRule}`, "true", { triggerRule }).after(first);
  return dag;
}

function delta(): Dag {
  const dag = new Dag("delta", { ...shared, schedule: { every: 5400.5 }, timezone: "America/New_York" });
  dag.task("alone", () => undefined)();
  return dag;
}

/** One DAG for each schedule that is neither a cron expression alone nor a duration alone. */
function schedules(): Dag[] {
  const given = {
    cron_data_interval: { cron: "@daily", dataInterval: true },
    cron_trigger: { cron: "0 6 * * *", dataInterval: false },
    delta_data_interval: { every: 900, dataInterval: true },
    once: "@once",
    continuous: "@continuous",
  } as const;
  return Object.entries(given).map(([id, schedule]) => {
    const dag = new Dag(id, { ...shared, schedule, timezone: "Europe/Vienna", maxActiveRuns: 1 });
    dag.empty("only");
    return dag;
  });
}

function params(): Dag {
  const dag = new Dag("params", {
    ...shared,
    schedule: "@daily",
    params: {
      plain: 1,
      limit: param({ type: "integer", minimum: 1, maximum: 100, default: 10 }),
      day: param({
        type: ["string", "null"],
        format: "date",
        title: "The day",
        description: `Which day to load. ${oddText}`,
        section: "Dates",
        default: null,
      }),
      table: param({ enum: ["actor", "it's"], examples: ["actor"], default: "actor" }),
      schema: param({ type: "string", pattern: "^[a-z_]+$", minLength: 1, maxLength: 63, default: "public" }),
      nothing_demanded: param({ default: { a: [1] } }),
      share: param({ type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.5 }),
      tables: param({ type: "array", minItems: 1, maxItems: 3, default: ["actor"] }),
    },
  });
  dag.empty("only");
  return dag;
}

function requiredParams(): Dag {
  const dag = new Dag("required_params", { ...shared, params: { day: param({ type: "string" }), any: param({}) } });
  dag.empty("only");
  return dag;
}

function shapes(): Dag {
  const dag = new Dag("shapes", shared);
  const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map((id) => dag.empty(id));
  const wide = Array.from({ length: 9 }, (_, index) => dag.empty(`a_rather_long_task_id_${index}`));
  chain(a!, [b!, c!], d!);
  a!.before(d!);
  chain(d!, wide, e!);
  dag.empty("on_its_own");
  const pair = ["left", "right"].map((id) => dag.empty(id));
  dag.empty("one_edge").after(...pair);
  dag.empty("further").after(e!, ...pair);
  return dag;
}

function data(): Dag {
  const dag = new Dag("data", shared);
  const number = dag.task("make.number", () => 42)();
  const text = dag.task("make.text", async () => "text")();
  const both = dag.task("use_both", ({ n, t }: { n: number; t: string; literal: string }) => `${n}${t}`);
  const decided = dag.shortCircuit("decide", ({ n }: { n: number }) => n > 1, { triggerRule: "none_failed" })({
    n: number,
  });
  decided.before(both({ n: number, t: text, literal: "from the file" }));
  return dag;
}

function setups(): Dag {
  const dag = new Dag("setups", shared);
  const one = dag.setup("one", () => 1);
  const two = dag.setup("two", () => 2);
  const work = dag.bash("work", "true");
  const both = dag.teardown("tear_both_down", () => null, { of: [one, two] });
  const second = dag.teardown("tear_two_down", () => null, { of: [two], retries: 5 });
  chain([one, two], [work, work], [both, second]);
  work.before(dag.empty("after_the_work"));
  return dag;
}

function oddIds(): Dag {
  const dag = new Dag("odd.ids-of_a.dag", shared);
  const ids = "class match _ None print sys chain NodeOperator DAG a.b a-b a_b a_b_2 A_B dag x.class with_ with".split(
    " ",
  );
  chain(...ids.map((id) => dag.empty(id)));
  dag.task("uses.node-js", () => 1)();
  return dag;
}

function withoutTasks(): Dag {
  return new Dag("without_tasks", { schedule: null });
}

export const goldenDags: readonly Dag[] = [
  everyField(),
  everyDagField(),
  everyTaskField(),
  quietFields(),
  everyTriggerRule(),
  delta(),
  ...schedules(),
  params(),
  requiredParams(),
  shapes(),
  data(),
  setups(),
  oddIds(),
  withoutTasks(),
  ...goldenGroups,
];
