import { makeDag } from "../shared/make-dag.ts";

// The calls are in a module outside of dags/: that is where the mistakes are.
makeDag("first");
makeDag("second");
