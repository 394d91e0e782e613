import { Dag } from "dagwright";

const options = { startDate: "2020-01-01", tags: ["t"], defaultArgs: { retries: 2 } };

new Dag("hourly", {
  ...options,
  schedule: "@hourly",
  catchup: true, // expect catchup-storm
});
new Dag("daily", { ...options, schedule: "@daily", catchup: true }); // expect catchup-storm
new Dag("every_hour", { ...options, schedule: { every: 3600 }, catchup: true }); // expect catchup-storm
new Dag("monthly", { ...options, schedule: "@monthly", catchup: true });
new Dag("one_at_a_time", { ...options, schedule: "@daily", catchup: true, maxActiveRuns: 1 });
new Dag("ended", { ...options, schedule: "@daily", catchup: true, endDate: "2020-12-31" });
new Dag("none", { ...options, schedule: "@daily", catchup: false });
new Dag("far_away", { ...options, schedule: "@hourly", catchup: true, startDate: "2999-01-01" });
new Dag("once", { ...options, schedule: "@once", catchup: true });
