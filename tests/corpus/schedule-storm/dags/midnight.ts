import { Dag } from "dagwright";

const shared = { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } };
for (const name of ["a", "b", "c"]) new Dag(name, { ...shared, schedule: "@daily" }); // expect schedule-storm
new Dag("d", { ...shared, schedule: "0 0 * * MON" }); // expect schedule-storm
new Dag("elsewhere", { ...shared, schedule: "@daily", timezone: "Europe/Vienna" });
new Dag("hourly", { ...shared, schedule: "@hourly" });
new Dag("a_quarter_past", { ...shared, schedule: "15 0 * * *" });
