import { Dag } from "dagwright";

const dag = new Dag("unplaced", { tags: ["t"], defaultArgs: { retries: 2 } });

dag.task("forgotten", () => 1); // expect unplaced-task
dag.shortCircuit("forgotten_too", () => true); // expect unplaced-task
const rows = dag.task("rows", () => [1]);
const count = dag.task(
  "count", // the definition's own line is the call's
  ({ rows }: { rows: number[] }) => rows.length,
);
count({ rows: rows() });

for (const table of ["actor", "film"]) {
  const load = dag.task(`load_${table}`, () => table); // expect unplaced-task
  if (table === "film") load();
}
