import { Dag } from "dagwright";

const shared = { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } };
const vienna = { ...shared, timezone: "Europe/Vienna" };
new Dag("skipped", { ...vienna, schedule: "30 2 * * *" }); // expect cron-clock-change
new Dag("doubled", { ...vienna, schedule: "15 2 * 10 *" }); // expect cron-clock-change
new Dag("of_sundays", { ...vienna, schedule: "0 1,2,3 * * SUN" }); // expect cron-clock-change
new Dag("of_mondays", { ...vienna, schedule: "30 2 * * MON" });
new Dag("of_june", { ...vienna, schedule: "30 2 * 6 *" });
new Dag("before", { ...vienna, schedule: "59 1 * * *" });
new Dag("after", { ...vienna, schedule: "0 3 * * *" });
new Dag("hourly", { ...vienna, schedule: "30 * * * *" });
new Dag("utc", { ...shared, schedule: "30 2 * * *" });
new Dag("new_york", { ...shared, timezone: "America/New_York", schedule: "30 2 * * *" }); // expect cron-clock-change
new Dag("lord_howe", { ...shared, timezone: "Australia/Lord_Howe", schedule: "45 1 * * *" }); // expect cron-clock-change
