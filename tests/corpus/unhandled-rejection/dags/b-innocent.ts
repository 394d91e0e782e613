import { Dag } from "dagwright";

new Dag("innocent", { startDate: "2024-01-01", tags: ["corpus"], defaultArgs: { retries: 2 } }).empty("a");
