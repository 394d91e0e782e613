import { Dag } from "dagwright";

const retries = 1; // a shorthand is reported where it is used
const args = { retries: 1 } as const; // expect retries-minimum
const base = {
  tags: [], // expect tags-missing
};

new Dag("behind_a_const", { tags: ["t"], defaultArgs: args });
new Dag("shorthand", {
  tags: ["t"],
  defaultArgs: { retries }, // expect retries-minimum
});
new Dag("behind_a_spread", { ...base, defaultArgs: { retries: 2 } });
new Dag("last_one_wins", {
  ...base,
  tags: ["t"],
  defaultArgs: { ...args, retries: 0 }, // expect retries-minimum
});
new Dag("computed", { tags: ["t"], defaultArgs: makeArgs() }); // expect retries-minimum

function makeArgs() {
  return { retries: 1 };
}
