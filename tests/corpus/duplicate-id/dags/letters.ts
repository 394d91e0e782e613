import { Dag } from "dagwright";

const shared = { tags: ["t"], defaultArgs: { retries: 2 } };
const dag = new Dag("rentals", shared);
dag.bash("Load", "true");
dag.bash("load", "true"); // expect duplicate-id
dag.task("LOAD", () => 1)(); // expect duplicate-id
new Dag("Rentals", shared); // expect duplicate-id
