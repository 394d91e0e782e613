import { Dag } from "dagwright";

const dag = new Dag("pools", {
  startDate: "2024-01-01",
  tags: ["t"],
  defaultArgs: {
    retries: 2,
    pool: "ware_house", // expect unknown-pool
  },
});
dag.bash("listed", "true", { pool: "warehouse" });
dag.bash("airflows_own", "true", { pool: "default_pool" });
dag.bash("other", "true", { pool: "etl" }); // expect unknown-pool
const set = dag.taskGroup("set", { defaultArgs: { pool: "warehouses" } }); // expect unknown-pool
set.bash("inherits", "true");
