import { Dag } from "dagwright";

const shared = { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } };
const rows = Array.from({ length: 3_000 }, (_, index) => index);
const dag = new Dag("large", {
  ...shared,
  params: {
    rows, // expect oversized-literal
    few: rows.slice(0, 10),
  },
});
dag.task("take", ({ rows: given }: { rows: number[] }) => given.length)({ rows }); // expect oversized-literal
