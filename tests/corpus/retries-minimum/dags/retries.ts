import { Dag } from "dagwright";

const tags = ["t"];

new Dag("without_spec_of_tasks", { tags }); // expect retries-minimum
new Dag("without_retries", {
  tags,
  defaultArgs: {}, // expect retries-minimum
});
new Dag("one_retry", {
  tags,
  defaultArgs: {
    owner: "data",
    retries: 1, // expect retries-minimum
  },
});
const dag = new Dag("two_retries", { tags, defaultArgs: { retries: 2 } });
dag.bash("more", "true", { retries: 3 });
dag.bash("none", "true", {
  retries: 0, // expect retries-minimum
});
dag.empty("one", { retries: 1 }); // expect retries-minimum
dag.task(
  "function",
  () => 1,
  { retries: 1 }, // expect retries-minimum
)();
