import { Dag } from "dagwright";

// Half of a character as a name: JavaScript holds it, Python's source does not.
const dag = new Dag("half", {
  tags: ["t"],
  defaultArgs: { retries: 2 },
  ownerLinks: { "\ud800": "https://example.com" }, // expect invalid-argument
  params: { p: { "\ud800": 1 } }, // expect invalid-argument
});
dag.empty("a");
