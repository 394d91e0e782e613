import { Dag } from "dagwright";

const options = { tags: ["t"], defaultArgs: { retries: 2 } };

new Dag("sales", options).bash("load", "true"); // expect duplicate-id
new Dag("Sales", options); // expect duplicate-id
