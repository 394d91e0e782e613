import { Dag } from "dagwright";

const shared = { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } };
new Dag("friday_the_13th", { ...shared, schedule: "0 6 13 * FRI" }); // expect cron-both-days
new Dag("mondays", { ...shared, schedule: "0 6 * * MON" });
new Dag("first_of_month", { ...shared, schedule: "0 6 1 * *" });
new Dag("by_hand", { ...shared, schedule: null });
new Dag("often", { ...shared, schedule: { every: 60 } });
