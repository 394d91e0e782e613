import { Dag } from "dagwright";

const options = { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } };

new Dag("four", { ...options, schedule: "0 6 * *" }); // expect bad-cron
new Dag("six", { ...options, schedule: "0 30 6 * * MON" }); // expect bad-cron
new Dag("empty", { ...options, schedule: "" }); // expect bad-cron
new Dag("minute_60", { ...options, schedule: "60 * * * *" }); // expect bad-cron
new Dag("backwards", { ...options, schedule: "0 0 * * FRI-MON" }); // expect bad-cron
new Dag("step_0", { ...options, schedule: "*/0 * * * *" }); // expect bad-cron
new Dag("quartz", { ...options, schedule: "0 0 ? * MON" }); // expect bad-cron
new Dag("last_day", { ...options, schedule: "0 0 L * *" }); // expect bad-cron
new Dag("nth_day", { ...options, schedule: "0 0 * * MON#1" }); // expect bad-cron
new Dag("never", { ...options, schedule: "0 0 30 FEB *" }); // expect bad-cron
new Dag("preset", { ...options, schedule: "@dayly" }); // expect bad-cron
new Dag("once", { ...options, schedule: "@once" });
new Dag("continuous", { ...options, schedule: "@continuous", maxActiveRuns: 1 });
new Dag("many_at_once", { ...options, schedule: "@continuous" }); // expect invalid-argument
new Dag("two_at_once", {
  ...options,
  schedule: "@continuous",
  maxActiveRuns: 2, // expect invalid-argument
});
new Dag("object_once", {
  ...options,
  schedule: {
    dataInterval: true,
    cron: "@once", // expect bad-cron
  },
});
new Dag("interval", { ...options, schedule: { cron: "@daily", dataInterval: true } });
new Dag("every_0", {
  ...options,
  schedule: {
    every: 0, // expect bad-cron
  },
});
new Dag("zone", {
  ...options,
  schedule: "@daily",
  timezone: "Europe/Viena", // expect invalid-argument
});
new Dag("offset", { ...options, timezone: "+01:00" }); // expect invalid-argument
new Dag("alias", { ...options, schedule: "@daily", timezone: "US/Eastern" });
new Dag("leap_day", { ...options, schedule: "0 0 29 2 *" });
new Dag("either_day", { ...options, schedule: "0 0 31 2 MON" }); // expect cron-both-days
