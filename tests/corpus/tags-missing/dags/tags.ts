import { Dag } from "dagwright";

new Dag("none", { defaultArgs: { retries: 2 } }); // expect tags-missing
new Dag("empty", {
  tags: [], // expect tags-missing
  defaultArgs: { retries: 2 },
});
new Dag("one", { tags: ["t"], defaultArgs: { retries: 2 } });
