import { Dag } from "dagwright";
import { restoreMongo, restorePostgres, s3LatestObject } from "dagwright/operators";

const options = { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 }, destructive: true };

new Dag("scheduled", {
  ...options,
  schedule: "@weekly", // expect destructive-dag
  catchup: true, // expect destructive-dag
  maxActiveRuns: 2, // expect destructive-dag
});
const sparse = new Dag("sparse", options); // expect destructive-dag
sparse.bash("unsaid", "true"); // expect retried-not-idempotent
const careful = new Dag("careful", { ...options, maxActiveRuns: 1 });
careful.bash("again", "true", { idempotent: true });
careful.bash("once", "true", { idempotent: false, retries: 0 });
careful.bash("twice", "true", { idempotent: false }); // expect retried-not-idempotent
careful.empty("done");
new Dag("taken", {
  ...options,
  maxActiveRuns: 1,
  params: { confirm: "yes" }, // expect invalid-argument
}).bash("a", "true", { idempotent: true });
new Dag("harmless", { ...options, destructive: false, schedule: "@daily" }).bash("a", "true");

const nightly = new Dag("nightly", { ...options, destructive: false, schedule: "@daily" });
const object = nightly.run("find", s3LatestObject({ bucket: "backups" }));
nightly.run("restore_postgres", restorePostgres({ object, to: "warehouse" })); // expect destructive-dag
nightly.run("restore_mongo", restoreMongo({ object, to: "documents" })); // expect destructive-dag
