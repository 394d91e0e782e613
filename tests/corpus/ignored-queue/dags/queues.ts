import { Dag } from "dagwright";

const dag = new Dag("queues", { tags: ["t"], defaultArgs: { retries: 2 } });

dag.bash("trains", "true", { queue: "gpu" }); // expect ignored-queue
dag.bash("as_it_is_anyway", "true", { queue: "default" });
dag.bash("says_nothing", "true");
const group = dag.taskGroup("group", { defaultArgs: { queue: "far" } }); // expect ignored-queue
group.bash("in_group", "true");

const all = new Dag("all", { tags: ["t"], defaultArgs: { retries: 2, queue: "near" } }); // expect ignored-queue
all.bash("everywhere", "true");
