import { Dag } from "dagwright";

const dag = new Dag("placed_twice", { tags: ["t"], defaultArgs: { retries: 2 } });
const greet = dag.task("greet", () => "hello");
greet();
greet(); // expect import-error
