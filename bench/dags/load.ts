// A dump into an empty database: the schema, then the data, as the Pagila pipeline does it.

import { chain, Dag } from "dagwright";
import { loadSqlDump } from "dagwright/operators";

const dag = new Dag("load", { startDate: "2024-01-01" });

chain(
  dag.run("load_schema", loadSqlDump({ connection: "target", file: "schema.sql" })),
  dag.run("load_data", loadSqlDump({ connection: "target", file: "data.sql" })),
);
