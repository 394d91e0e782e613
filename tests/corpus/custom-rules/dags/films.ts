import { Dag } from "dagwright";

const shared = { startDate: "2024-01-01", defaultArgs: { retries: 2 } };
new Dag("films_load", { ...shared, tags: ["team-a"] }).bash("load", "true");
const dag = new Dag("films_report", { ...shared, tags: ["team-a", "team-b"] });
dag.bash("wait", "sleep 5", {
  retries: 3, // expect custom/no-sleep
});
// dagwright-disable-next-line custom/no-sleep -- the source is slow
dag.bash("wait_more", "sleep 50");
new Dag("films_other", {
  ...shared,
  tags: ["films"], // expect custom/team-tag
});
new Dag("rentals", { ...shared, tags: ["team-a"] }); // expect custom/one-prefix
