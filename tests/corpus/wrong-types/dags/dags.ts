import { Dag } from "dagwright";

const options = { tags: ["t"], defaultArgs: { retries: 2 } };

new Dag("tags", {
  defaultArgs: { retries: 2 },
  tags: "films" as never, // expect invalid-argument
});
new Dag("misspelt", {
  ...options,
  shedule: "@daily", // expect invalid-argument
  dagRunTimeout: 60, // expect invalid-argument
} as never);
new Dag("duration", {
  ...options,
  schedule: {
    evry: 5, // expect invalid-argument
  } as never,
});
new Dag("cron_number", {
  ...options,
  schedule: {
    cron: 5 as never, // expect invalid-argument
    dataInterval: "yes" as never, // expect invalid-argument
  },
});
new Dag("both", {
  ...options,
  schedule: {
    every: 5,
    cron: "@daily", // expect invalid-argument
  } as never,
});
new Dag("number", {
  ...options,
  schedule: 5 as never, // expect invalid-argument
});
new Dag("date", {
  ...options,
  schedule: "@daily",
  startDate: new Date(0) as never, // expect invalid-argument
});
new Dag("args", {
  tags: ["t"],
  defaultArgs: {
    retries: 2,
    retrys: 3, // expect invalid-argument
    owner: 5, // expect invalid-argument
  } as never,
});
new Dag("all", {
  tags: [
    "t",
    1 as never, // expect invalid-argument
  ],
  description: 1 as never, // expect invalid-argument
  timezone: null as never, // expect invalid-argument
  catchup: "no" as never, // expect invalid-argument
  maxActiveRuns: "1" as never, // expect invalid-argument
  maxActiveTasks: {} as never, // expect invalid-argument
  params: "none" as never, // expect invalid-argument
  displayName: 1 as never, // expect invalid-argument
  docMd: ["a"] as never, // expect invalid-argument
  endDate: 2024 as never, // expect invalid-argument
  ownerLinks: { data: 1 as never }, // expect invalid-argument
  maxConsecutiveFailedDagRuns: "1" as never, // expect invalid-argument
  dagrunTimeout: "1h" as never, // expect invalid-argument
  failFast: 1 as never, // expect invalid-argument
  isPausedUponCreation: "no" as never, // expect invalid-argument
  defaultArgs: [] as never, // expect invalid-argument
});
new Dag("no_object", "@daily" as never); // expect invalid-argument
