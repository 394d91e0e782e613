import { Dag } from "dagwright";

const dag = new Dag("not_json", {
  tags: ["t"],
  defaultArgs: {
    retries: Number.NaN, // expect invalid-argument
    retryDelay: 1 / 0, // expect invalid-argument
  },
  params: {
    nothing: undefined as never, // expect invalid-argument
    deep: {
      list: [
        1,
        (() => 1) as never, // expect invalid-argument
      ],
    },
  },
});
dag.bash("still_linted", "true", { retries: 0 }); // expect retries-minimum
