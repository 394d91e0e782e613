import { chain, Dag } from "dagwright";

const dag = new Dag("tasks", { tags: ["t"], defaultArgs: { retries: 2 } });
const a = dag.empty("a");

dag.task(
  "no_function",
  "work" as never, // expect invalid-argument
)();
dag.task("lists", () => 1, {
  connections: "warehouse" as never, // expect invalid-argument
  variables: [
    3 as never, // expect invalid-argument
  ],
})();
dag.bash("options", "true", {
  retrys: 2, // expect invalid-argument
  triggerRule: 1, // expect invalid-argument
  connections: ["a"], // expect invalid-argument
  pool: 1, // expect invalid-argument
  poolSlots: "1", // expect invalid-argument
  priority_weight: 1, // expect invalid-argument
  weightRule: [], // expect invalid-argument
  queue: null, // expect invalid-argument
  dependsOnPast: "yes", // expect invalid-argument
  retryExponentialBackoff: 2, // expect invalid-argument
  docMd: 1, // expect invalid-argument
} as never);
dag.bash("command", 5 as never); // expect invalid-argument
dag.bash("no_options", "true", 5 as never); // expect invalid-argument
dag.empty("no_options_either", "x" as never); // expect invalid-argument
dag.empty(5 as never); // expect invalid-argument

dag.run("nothing", {} as never); // expect invalid-argument
dag.run("null", null as never); // expect invalid-argument
dag.setup("setup", 5 as never); // expect invalid-argument
dag.teardown("no_list", () => 1, {
  of: a as never, // expect invalid-argument
});
dag.teardown("no_setup", () => 1, {
  of: [
    a, // expect invalid-argument
    5 as never, // expect invalid-argument
  ],
});
dag.teardown("null_options", () => 1, null as never); // expect invalid-argument

const rows = dag.task("rows", () => 1); // expect unplaced-task
chain(
  a,
  rows as never, // expect invalid-argument
  [
    undefined as never, // expect invalid-argument
  ],
  5 as never, // expect invalid-argument
);
a.before("b" as never); // expect invalid-argument
a.after(
  a.id as never, // expect invalid-argument
);
chain([a, a], [a]); // expect invalid-argument
chain(a, new Dag("other", { tags: ["t"], defaultArgs: { retries: 2 } }).empty("b")); // expect invalid-argument

const takes = (id: string) => dag.task(id, (inputs: { rows: number }) => inputs.rows);
takes("function")({
  rows: rows as never, // expect invalid-argument
});
takes("null_inputs")(null as never); // expect invalid-argument
takes("nested")({
  rows: [a] as never, // expect invalid-argument
});
dag.empty(10n as never); // expect invalid-argument
dag.empty(Symbol("id") as never); // expect invalid-argument
