import { Dag } from "dagwright";

const options = { tags: ["t"], defaultArgs: { retries: 2 } };

const dag = new Dag("sales", options);
dag.bash("load", "true");
dag.bash("load", "false"); // expect duplicate-id
for (const table of ["actor", "film"]) {
  dag.bash("same", `load ${table}`); // expect duplicate-id
}
