import { Dag } from "dagwright";

const options = { schedule: "@daily", tags: ["t"], defaultArgs: { retries: 2 } } as const;
const today = new Date().toISOString().slice(0, 10); // expect top-level-work
const start = "2024-01-01";

new Dag("none", options); // expect missing-start-date
new Dag("by_hand", { ...options, schedule: null });
new Dag("no_such_day", { ...options, startDate: "2024-02-30" }); // expect missing-start-date
new Dag("no_such_hour", { ...options, startDate: "2024-01-01T24:01" }); // expect missing-start-date
new Dag("text", { ...options, startDate: "yesterday" }); // expect missing-start-date
new Dag("offset", { ...options, startDate: "2024-01-01T00:00:00Z" }); // expect missing-start-date
new Dag("computed", {
  ...options,
  startDate: new Date().toISOString().slice(0, 10), // expect missing-start-date top-level-work
});
new Dag("behind_a_name", {
  ...options,
  startDate: today, // expect missing-start-date
});
new Dag("fixed", { ...options, startDate: start });
