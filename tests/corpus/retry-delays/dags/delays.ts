import { Dag } from "dagwright";

const shared = { startDate: "2024-01-01", tags: ["t"] };
const dag = new Dag("at_once", {
  ...shared,
  defaultArgs: {
    retries: 2,
    retryDelay: 0, // expect retry-without-delay
  },
});
dag.bash("inherits", "true");
dag.bash("own", "true", { retryDelay: 0 }); // expect retry-without-delay
dag.bash("waits", "true", { retryDelay: 1 });
dag.bash("once", "true", { retryDelay: 0, retries: 0, idempotent: false });
dag.taskGroup("hasty", { defaultArgs: { retryDelay: 0 } }).bash("grouped", "true"); // expect retry-without-delay
dag.taskGroup("never", { defaultArgs: { retryDelay: 0, retries: 0 } }).bash("grouped", "true", { idempotent: false }); // expect retries-minimum

const doubling = new Dag("doubling", {
  ...shared,
  defaultArgs: { retries: 8, retryDelay: 300, retryExponentialBackoff: true },
});
doubling.bash("all_day", "true"); // expect backoff-without-limit
doubling.bash("limited", "true", { maxRetryDelay: 1800 });
doubling.bash("short", "true", { retryDelay: 1 });
doubling.bash("few", "true", { retries: 3 });
doubling.bash("steady", "true", { retryExponentialBackoff: false });
