import { chain, Dag } from "dagwright";

// What is wrong in several ways is told in each of them.
const dag = new Dag("payments", { // expect tags-missing
  schedule: "61 0 * * *", // expect bad-cron destructive-dag
  startDate: "2024-13-01", // expect missing-start-date
  catchup: true, // expect destructive-dag
  destructive: true,
  maxActiveRuns: 1,
  defaultArgs: { retries: 2, retryDelay: 0 }, // expect retry-without-delay
});
const pay = dag.bash("pay", "true", { idempotent: false }); // expect retried-not-idempotent
chain(pay, dag.bash("log", "echo {{ ds }}", { idempotent: true }), pay); // expect bash-template cycle cycle
