import { Dag } from "dagwright";

new Dag("sound", { tags: ["sales"], defaultArgs: { retries: 2 } });
new Dag("own", {
  tags: [
    "sales",
    "sale", // expect tag-policy
  ],
  defaultArgs: { retries: 2 },
});
