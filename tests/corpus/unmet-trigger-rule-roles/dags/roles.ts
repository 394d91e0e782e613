import { chain, Dag } from "dagwright";

const dag = new Dag("roles", { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } });
const lock = dag.setup("lock", () => null);
const start = dag.empty("start");
const unlock = dag.teardown("unlock", () => null, { of: [lock] });
const alarm = dag.bash("alarm", "true", { triggerRule: "one_failed" }); // expect unmet-trigger-rule
chain(lock, dag.bash("work", "true"), unlock);
chain(start, alarm, dag.empty("done", { triggerRule: "none_failed" }));
