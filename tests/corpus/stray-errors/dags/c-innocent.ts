import { Dag } from "dagwright";

new Dag("innocent", { defaultArgs: { retries: 2 } }).empty("a"); // expect tags-missing
