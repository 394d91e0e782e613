import { Dag } from "dagwright";

const dag = new Dag("payments", { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } });
dag.bash("by_default", "true", { idempotent: false }); // expect retried-not-idempotent
dag.bash("by_itself", "true", {
  idempotent: false,
  retries: 3, // expect retried-not-idempotent
});
dag.bash("once", "true", { idempotent: false, retries: 0 });
dag.bash("again", "true", { idempotent: true });
dag.bash("few", "true", { idempotent: true, retries: 0 }); // expect retries-minimum
