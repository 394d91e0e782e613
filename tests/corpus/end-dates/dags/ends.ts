import { Dag } from "dagwright";

const shared = { schedule: "@daily", startDate: "2024-06-01", tags: ["t"], defaultArgs: { retries: 2 } };
new Dag("before", { ...shared, endDate: "2024-05-31" }); // expect invalid-argument
new Dag("before_by_a_minute", { ...shared, startDate: "2024-06-01T06:30", endDate: "2024-06-01T06:29" }); // expect invalid-argument
new Dag("offset", { ...shared, endDate: "2024-07-01T00:00:00+02:00" }); // expect invalid-argument
new Dag("same_day", { ...shared, endDate: "2024-06-01" });
