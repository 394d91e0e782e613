import { Dag } from "dagwright";

new Dag("still_linted", { defaultArgs: { retries: 2 } }); // expect tags-missing
