import { Dag } from "dagwright";

const dag = new Dag("load", {
  startDate: "2024-01-01",
  tags: ["t"],
  dagrunTimeout: 1800,
  defaultArgs: { retries: 2, executionTimeout: 1800 },
});
dag.bash("as_long", "true");
dag.bash("longer", "true", { executionTimeout: 3600 }); // expect timeout-order
dag.bash("shorter", "true", { executionTimeout: 60 });
