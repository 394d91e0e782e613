import { Dag } from "dagwright";

/** Its timer outlives the definition; the linter does not wait for it. */
setInterval(() => {}, 1000);

new Dag("every", { schedule: { every: 900 }, startDate: "2024-01-01", tags: ["sound"], defaultArgs: { retries: 2 } });
