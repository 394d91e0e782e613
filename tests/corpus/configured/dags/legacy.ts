import { Dag } from "dagwright";

new Dag("adhoc_legacy", { defaultArgs: { retries: 2 } }); // expect tags-missing
new Dag("legacy", { defaultArgs: { retries: 3 } }); // expect tags-missing
new Dag("strictly", { tags: ["t"], defaultArgs: { retries: 2 } }); // expect retries-minimum
