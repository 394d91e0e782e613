import { Dag } from "dagwright";

const dag = new Dag("loadFilms", { // expect naming
  description: " ", // expect description-missing
  tags: ["t"],
  defaultArgs: { retries: 2, owner: "Airflow" }, // expect owner-missing execution-timeout-missing
});
dag.bash("step-1", "true"); // expect naming
dag.bash("step_2", "true");
new Dag("nameless", { description: "Has one", tags: ["t"], defaultArgs: { retries: 2 } }); // expect owner-missing no-tasks
