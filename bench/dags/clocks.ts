// Tasks that only tell when they began, for schedulers: one after the other, and all at once.

import { chain, Dag } from "dagwright";

const numbers = Array.from({ length: 40 }, (_, index) => index + 1);

const bash = new Dag("clocks_of_bash", { startDate: "2024-01-01" });
chain(...numbers.map((number) => bash.bash(`task_${number}`, "echo $EPOCHREALTIME")));

const node = new Dag("clocks_of_node", { startDate: "2024-01-01" });
chain(...numbers.map((number) => node.task(`task_${number}`, () => performance.timeOrigin / 1_000)()));

const wide = new Dag("wide", { startDate: "2024-01-01", maxActiveTasks: 1_000 });
for (let number = 1; number <= 400; number++) wide.bash(`wide_${number}`, "true");
