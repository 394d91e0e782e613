import { chain, Dag, getClient } from "dagwright";

export const dag = new Dag("everything", {
  schedule: "*/15 6-18 * JAN,JUL MON-FRI",
  startDate: "2024-02-29T06:30",
  timezone: "Europe/Vienna",
  tags: ["sound"],
  maxActiveRuns: 1,
  params: { day: "2024-01-01", dry_run: false },
  defaultArgs: { retries: 2, retryDelay: 0.5, executionTimeout: 3600 },
});

const rows = dag.task("extract", async () => (await getClient().getConnectionOrThrow("warehouse")).host, {
  connections: ["warehouse"],
})();
const isNew = dag.shortCircuit("is_new", ({ rows }: { rows: string | undefined }) => rows !== undefined)({ rows });
const open = dag.setup("open", () => 1);
const load = dag.bash("load", "/opt/jobs/load.sh --all");
const close = dag.teardown("close", () => 1, { of: [open] });
chain(isNew, open, load, close);
chain(load, dag.empty("done", { triggerRule: "none_failed", retries: 5 }));
