// Forty tasks that do nothing, one after the other: what remains is the way from one task to the next.

import { chain, Dag } from "dagwright";

const numbers = Array.from({ length: 40 }, (_, index) => index + 1);

const bash = new Dag("chain_of_bash", { startDate: "2024-01-01" });
chain(...numbers.map((number) => bash.bash(`task_${number}`, "true")));

const node = new Dag("chain_of_node", { startDate: "2024-01-01" });
chain(...numbers.map((number) => node.task(`task_${number}`, () => null)()));
