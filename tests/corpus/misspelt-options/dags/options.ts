import { Dag } from "dagwright";

const shared = { tags: ["t"], defaultArgs: { retries: 2 } };
const dag = new Dag("misspelt", {
  ...shared,
  destructiv: true, // expect invalid-argument
  idempotent: true, // expect invalid-argument
} as never);
dag.bash("flags", "true", {
  idempotnt: false, // expect invalid-argument
  destructive: true, // expect invalid-argument
} as never);
new Dag("wrong_flags", {
  ...shared,
  destructive: "yes" as never, // expect invalid-argument
}).bash("a", "true", {
  idempotent: 0 as never, // expect invalid-argument
});
