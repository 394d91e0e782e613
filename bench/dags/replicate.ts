// All tables of one database into another.

import { Dag } from "dagwright";
import { copyTables } from "dagwright/operators";

const dag = new Dag("replicate", { startDate: "2024-01-01" });

dag.run("copy_tables", copyTables({ from: "source", to: "target" }));
