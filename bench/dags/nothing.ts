// A task that does nothing: what remains is the start of its process.

import { Dag } from "dagwright";

const dag = new Dag("nothing", { startDate: "2024-01-01" });

dag.task("do_nothing", () => null)();
