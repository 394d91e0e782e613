import { Dag } from "dagwright";

const options = { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } };

new Dag("cron", { ...options, schedule: "@daily" }); // expect explicit-catchup
new Dag("delta", { ...options, schedule: { every: 900 }, catchup: undefined }); // expect explicit-catchup
new Dag("said", { ...options, schedule: "@daily", catchup: false });
new Dag("said_elsewhere", { ...options, ...{ schedule: "@daily", catchup: true } });
new Dag("by_hand", options);
new Dag("once", { ...options, schedule: "@once" });
