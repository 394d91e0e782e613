import { Dag, getClient } from "dagwright";

const dag = new Dag("variables", { tags: ["t"], defaultArgs: { retries: 2 } });

dag.task("none", () => getClient().getVariable("region"))(); // expect undeclared-variable
dag.shortCircuit(
  "other",
  async () => {
    const client = getClient();
    await client.getVariableOrThrow("region"); // expect undeclared-variable
    return client.getVariableOrThrow("limit");
  },
  { variables: ["limit"] },
)();
dag.task("computed", (_: object) => getClient().getVariable(["re", "gion"].join("")))();
dag.setup("empty_key", () => 1, {
  variables: [
    "", // expect invalid-argument
    "a=b", // expect invalid-argument
  ],
});
