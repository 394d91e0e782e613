import { chain, Dag, param } from "dagwright";

const options = { tags: ["t"], defaultArgs: { retries: 2 } };

new Dag("runs", {
  ...options,
  maxActiveRuns: 0, // expect invalid-argument
  maxActiveTasks: 1.5, // expect invalid-argument
});
new Dag("defaults", {
  tags: [
    "t",
    " ", // expect invalid-argument
  ],
  params: {
    day: 1,
    "the-day": 1, // expect invalid-argument
    rows: [1, [{ id: 1 }]], // expect invalid-argument
    inObject: { rows: [{ id: 1 }] },
  },
  defaultArgs: {
    owner: "", // expect invalid-argument
    retries: 2.5, // expect invalid-argument
    retryDelay: -1, // expect invalid-argument
    executionTimeout: 0, // expect invalid-argument
    maxRetryDelay: 0, // expect invalid-argument
    pool: "", // expect invalid-argument
    poolSlots: 0, // expect invalid-argument
    priorityWeight: 1.5, // expect invalid-argument
    weightRule: "down_stream" as never, // expect invalid-argument
    queue: " ", // expect invalid-argument
    dependsOnPast: false, // expect invalid-argument
    waitForDownstream: true,
    maxActiveTisPerDag: 0, // expect invalid-argument
    maxActiveTisPerDagrun: -1, // expect invalid-argument
  },
});

new Dag("dag_fields", {
  ...options,
  displayName: " ", // expect invalid-argument
  docMd: "docs/films.md", // expect invalid-argument
  startDate: "2024-01-01",
  endDate: "2023-12-31", // expect invalid-argument
  ownerLinks: {
    data: "https://example.com",
    "its mail": "mailto:a@example.com",
    " ": "https://example.com", // expect invalid-argument
    films: "example.com", // expect invalid-argument
  },
  maxConsecutiveFailedDagRuns: -1, // expect invalid-argument
  dagrunTimeout: 0, // expect invalid-argument
});
new Dag("texts", {
  ...options,
  description: "a\0b", // expect invalid-argument
  ownerLinks: { "\ud800": "https://example.com" }, // expect invalid-argument
}).bash(
  "long",
  `true ${"x".repeat(128 * 1024)}`, // expect invalid-argument
);
new Dag("no_end", {
  ...options,
  endDate: "2024-02-30", // expect invalid-argument
});
new Dag("params", {
  ...options,
  schedule: "@daily",
  startDate: "2024-01-01",
  params: {
    sound: param({ type: "integer", minimum: 1, default: 10 }),
    required: param({ type: "string" }), // expect invalid-argument
    broken: param({
      type: "integer",
      minimum: 1,
      default: 0, // expect invalid-argument
    }),
    misspelt: param({
      type: "integr" as never, // expect invalid-argument
      minimun: 1, // expect invalid-argument
      default: 1,
    } as never),
    closed: param({
      enum: [], // expect invalid-argument
      default: 1,
    }),
    pattern: param({
      pattern: "(?<year>[0-9]+)", // expect invalid-argument
      default: "2024",
    }),
    bracket: param({
      pattern: "[a-", // expect invalid-argument
      minLength: -1, // expect invalid-argument
      default: new Date(0) as never, // expect invalid-argument
    }),
    "no-name": param({ default: 1 }), // expect invalid-argument
  },
});
new Dag("nested_param", {
  ...options,
  params: {
    outer: { inner: param({ default: 1 }) as never }, // expect invalid-argument
  },
});
const fast = new Dag("fail_fast", { ...options, failFast: true });
fast.bash("rule", "true", { triggerRule: "all_done" }); // expect invalid-argument

const dag = new Dag("tasks", options);
dag.bash("negative", "true", { retries: -1 }); // expect invalid-argument
dag.bash("text", "true", { retries: "3" as never }); // expect invalid-argument
dag.bash("forever", "true", { retryDelay: 1e10 }); // expect invalid-argument
dag.bash("task_fields", "true", {
  displayName: "", // expect invalid-argument
  docMd: "load.md",
  poolSlots: 1.5, // expect invalid-argument
  priorityWeight: 2 ** 31, // expect invalid-argument
  weightRule: "absolut" as never, // expect invalid-argument
});
dag.bash("empty", " "); // expect invalid-argument
dag.bash("rule", "true", {
  triggerRule: "all_succes" as never, // expect invalid-argument
});
dag.bash("teardown_rule", "true", { triggerRule: "all_done_setup_success" }); // expect invalid-argument
dag.task("input", (inputs: { "a-b": number }) => inputs["a-b"])({ "a-b": 1 }); // expect invalid-argument

const setup = dag.setup("setup", () => 1);
const after = dag.bash("after_setup", "true", { triggerRule: "all_done" }); // expect invalid-argument green-failure
const teardown = dag.teardown("teardown", () => 1, { of: [setup], triggerRule: "all_done" }); // expect invalid-argument
chain(setup, after, teardown);
