import { Dag } from "dagwright";

const shared = { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } };
const dag = new Dag("report", shared);
const work = dag.bash("work", "true");
dag.bash("mail", "true", { triggerRule: "all_done" }).after(work); // expect green-failure
const both = dag.bash("log", "true", { triggerRule: "all_done" }).after(work);
dag.bash("afterwards", "true").after(both, work);
dag.bash("alarm", "true", { triggerRule: "one_failed" }).after(work); // expect green-failure
dag.bash("one_of_one", "true", { triggerRule: "one_success" }).after(work);
dag.bash("one_of_two", "true", { triggerRule: "one_success" }).after(work, both); // expect green-failure
dag.bash("some", "true", { triggerRule: "none_failed_min_one_success" }).after(work, both);
dag.bash("alone", "true", { triggerRule: "all_done" });
const lock = dag.setup("lock", () => null);
dag.teardown("unlock", () => null, { of: [lock] });
