import { Dag } from "dagwright";

const shared = { description: "Has one", tags: ["t"], startDate: "2024-01-01" };
const defaultArgs = { retries: 2, owner: "data" };

new Dag("empty", { ...shared, defaultArgs }); // expect no-tasks
new Dag("only_empty", { ...shared, defaultArgs }).empty("start");
const some = new Dag("some_without", { ...shared, defaultArgs }); // expect execution-timeout-missing
some.bash("limited", "true", { executionTimeout: 60 });
some.bash("endless", "true");
new Dag("all", { ...shared, defaultArgs: { ...defaultArgs, executionTimeout: 60 } }).bash("a", "true");
new Dag("unplaced", { ...shared, defaultArgs }).task("never", () => 1); // expect unplaced-task
new Dag("unsaid", { ...shared, defaultArgs, schedule: "@daily" }).empty("a"); // expect explicit-catchup

const grouped = new Dag("limited_by_group", { ...shared, defaultArgs });
grouped.taskGroup("limited", { defaultArgs: { executionTimeout: 60 } }).bash("inherits_the_groups", "true");
