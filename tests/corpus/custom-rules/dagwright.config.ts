import { defineConfig, defineRule } from "dagwright"; // expect-file broken-custom-rule

const teamTag = defineRule({
  name: "team-tag",
  summary: "every DAG has a tag of its team",
  options: { prefix: "team-", most: 1 },
  check: (dag, { options: { prefix, most } }) => {
    const count = dag.tags.filter((tag) => tag.startsWith(prefix)).length;
    if (count >= 1 && count <= most) return [];
    return [{ path: ["tags"], text: `${count} tags begin with ${prefix}`, remedy: `have 1 to ${most}` }];
  },
});

const noSleep = defineRule({
  name: "no-sleep",
  summary: "no bash task sleeps",
  severity: "warning",
  check: async (dag) =>
    dag.tasks
      .filter((task) => task.kind === "bash" && task.command.includes("sleep"))
      .map(({ id }) => ({ task: id, path: ["retries"], text: `${id} sleeps`, remedy: "use a sensor" })),
});

const firstOfFile = defineRule({
  name: "one-prefix",
  summary: "ids of DAGs begin alike",
  check: (dag, { file, dags }) => {
    const first = dags[0]?.id.split("_")[0] ?? "";
    return dag.id.startsWith(first) ? [] : [{ text: `${dag.id} in ${file} is no ${first}`, remedy: `write ${first}_…` }];
  },
});

const writes = defineRule({
  name: "writes",
  summary: "the models are frozen",
  check: (dag) => {
    (dag.tags as string[]).push("mine");
    return [];
  },
});

export default defineConfig({
  lint: {
    customRules: [teamTag, noSleep, firstOfFile, writes],
    rules: { "custom/team-tag": ["error", { most: 2 }] },
    overrides: [{ files: ["dags/adhoc/**"], rules: { "custom/team-tag": "off" } }],
  },
});
