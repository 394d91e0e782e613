import { chain, Dag } from "dagwright";

const dag = new Dag("never", { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } });
const start = dag.empty("start");
const second = dag.empty("second");
const work = dag.bash("work", "true");
const gate = dag.shortCircuit("gate", () => true)();
const end = dag.empty("end");

const alarm = dag.bash("alarm", "true", { triggerRule: "one_failed" }).after(start); // expect unmet-trigger-rule
const clean = dag.bash("clean", "true", { triggerRule: "all_failed" }).after(start, work); // expect unmet-trigger-rule
const spare = dag.bash("spare", "true", { triggerRule: "all_skipped" }).after(start, second); // expect unmet-trigger-rule
// Never runs either, and would if the alarm did.
const below = dag.bash("below", "true").after(alarm);
const rescued = dag.bash("rescued", "true", { triggerRule: "all_skipped" }).after(alarm);

const failed = dag.bash("failed", "true", { triggerRule: "one_failed" }).after(start, work);
const both = dag.bash("both", "true", { triggerRule: "all_failed" }).after(work, failed);
const behindGate = dag.empty("behind_gate").after(gate);
const skipped = dag.bash("skipped", "true", { triggerRule: "all_skipped" }).after(behindGate);
chain([clean, spare, below, rescued, both, skipped], end);
