import { Dag } from "dagwright";
import { s3LatestObject } from "dagwright/operators";

const dag = new Dag("s3", { tags: ["t"], defaultArgs: { retries: 2 } });

dag.run("no_bucket", s3LatestObject({} as never)); // expect invalid-argument
dag.run(
  "wrong_prefix",
  s3LatestObject({
    bucket: "backups",
    prefix: 7 as never, // expect invalid-argument
  }),
);
dag.run(
  "wrong_values",
  s3LatestObject({
    bucket: "backups/postgres", // expect invalid-argument
    pattern: "", // expect invalid-argument
  }),
);
