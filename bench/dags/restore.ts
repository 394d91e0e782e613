// An archive from S3 into a database.

import { Dag } from "dagwright";
import { restorePostgres, s3LatestObject } from "dagwright/operators";

const dag = new Dag("restore", { destructive: true, maxActiveRuns: 1, startDate: "2024-01-01" });

const newest = dag.run("find_dump", s3LatestObject({ bucket: "bench", connection: "s3" }));
dag.run("restore", restorePostgres({ object: newest, from: "s3", to: "target" }));
dag.run("restore_in_place", restorePostgres({ object: newest, from: "s3", to: "target", inPlace: true }));
