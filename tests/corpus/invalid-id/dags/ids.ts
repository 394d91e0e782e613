import { Dag } from "dagwright";

const options = { tags: ["t"], defaultArgs: { retries: 2 } };

new Dag("..", options); // expect invalid-id
new Dag("", options); // expect invalid-id
new Dag("a/b", options); // expect invalid-id
new Dag("1st", options); // expect invalid-id
new Dag("a..b", options); // expect invalid-id
new Dag("line_end\n", options); // expect invalid-id
new Dag("größe", options); // expect invalid-id
new Dag("x".repeat(251), options); // expect invalid-id
new Dag("x".repeat(230), options);
new Dag("__init__", options); // expect invalid-id
new Dag("dagwright", options); // expect invalid-id
new Dag("Airflow", options); // expect invalid-id
new Dag("dagwright_too", options);
new Dag(7 as never, options); // expect invalid-argument
const dag = new Dag("_A-1.b", options);
dag.bash("-x", "true"); // expect invalid-id
dag.bash("__builtins__", "true"); // expect invalid-id
dag.bash("dagwright", "true");
dag.task(
  "with space", // expect invalid-id
  () => 1,
)();
