// DAGs with groups, for the golden files: nested, ordered with tasks and with one another, with defaults, setups and teardowns of their own.

import { chain, Dag } from "../../../runtime/index.ts";

const shared = { startDate: "2024-01-01", tags: ["test"], defaultArgs: { retries: 2, retryDelay: 60, owner: "data" } };

function nestedGroups(): Dag {
  const dag = new Dag("nested_groups", { ...shared, schedule: "@daily" });
  const start = dag.empty("start");
  const extract = dag.taskGroup("extract", {
    displayName: 'Extract: ünï, "quoted"',
    tooltip: "One group for each source.\nEach of them {{ ds }}",
    defaultArgs: { retries: 5, pool: "sources", executionTimeout: 600 },
  });
  const films = extract.taskGroup("films", { defaultArgs: { retries: 7, owner: "films' team" } });
  const download = films.task("download", () => ["a film"])();
  films.task("check", ({ films }: { films: readonly string[] }) => films.length, { retries: 9 })({ films: download });
  const actors = extract.taskGroup("actors", { prefixGroupId: false });
  actors.bash("fetch_actors", "true");
  actors.taskGroup("odd").bash("look_twice", "true");
  films.before(actors);
  const load = dag.task("load", ({ films }: { films: readonly string[] }) => films)({ films: download });
  const report = dag.taskGroup("report", { tooltip: "Side by side" });
  report.bash("mail", "true");
  report
    .shortCircuit("is_monday", () => true)()
    .before(report.empty("weekly"));
  chain(start, extract, [load, report], dag.empty("end"));
  report.after(start);
  return dag;
}

function groupsWithSetups(): Dag {
  const dag = new Dag("groups_with_setups", shared);
  const cluster = dag.taskGroup("cluster");
  const create = cluster.setup("create", () => "address");
  const work = cluster.taskGroup("work");
  const first = work.bash("first", "true");
  const database = work.setup("open", () => 1);
  chain(
    create,
    database,
    first,
    work.teardown("close", () => null, { of: [database] }),
  );
  const remove = cluster.teardown("remove", () => null, { of: [create] });
  work.before(remove);
  const opened = dag.setup("opened_outside", () => 1);
  const inner = dag.taskGroup("torn_down_inside");
  const use = inner.empty("use");
  chain(
    opened,
    use,
    inner.teardown("down", () => null, { of: [opened] }),
  );
  chain(cluster, inner, dag.empty("after"));
  return dag;
}

function groupNames(): Dag {
  const dag = new Dag("group_names", shared);
  for (const id of ["class", "TaskGroup", "north", "a-b"]) {
    const group = dag.taskGroup(id);
    for (const label of ["load", "north", "a_b", `only.in.${id}`]) group.empty(label);
  }
  chain(dag.empty("load"), dag.empty("a.b"));
  return dag;
}

export const goldenGroups: readonly Dag[] = [nestedGroups(), groupsWithSetups(), groupNames()];
