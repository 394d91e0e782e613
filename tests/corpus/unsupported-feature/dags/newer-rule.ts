import { Dag } from "dagwright";

const dag = new Dag("newer_rule", { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } });
const first = dag.bash("first", "true");
dag.bash("in_all_versions", "true", { triggerRule: "none_failed_min_one_success" }).after(first);
const last = dag.bash("last", "true", {
  triggerRule: "all_done_min_one_success", // expect unsupported-feature
});
last.after(first);
