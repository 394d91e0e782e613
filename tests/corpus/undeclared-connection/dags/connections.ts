import { Dag, getClient } from "dagwright";

const dag = new Dag("connections", { tags: ["t"], defaultArgs: { retries: 2 } });
const warehouse = "warehouse";

dag.task("none", () => getClient().getConnection("warehouse"))(); // expect undeclared-connection
dag.task(
  "other",
  async () => {
    const client = getClient();
    await client.getConnectionOrThrow(warehouse); // expect undeclared-connection
    await client.getConnectionOrThrow("lake");
  },
  { connections: ["lake"] },
)();
dag.task("in_a_function", load)();
dag.task("declared", load, { connections: ["sales"] })();
dag.shortCircuit("empty_id", () => true, {
  connections: [
    "lake",
    "", // expect invalid-argument
    "two words", // expect invalid-argument
    "a/b", // Airflow takes it
  ],
})();

async function load() {
  await getClient().getConnection("sales"); // expect undeclared-connection
}
