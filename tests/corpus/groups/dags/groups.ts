import { chain, Dag } from "dagwright";

const options = { tags: ["t"], defaultArgs: { retries: 2 } };

const ids = new Dag("ids", options);
const sound = ids.taskGroup("sound-1");
sound.bash("_A-1.b", "true");
sound.bash("-x", "true"); // expect invalid-id
sound.bash("", "true"); // expect invalid-id
ids.taskGroup("with.dot").empty("a"); // expect invalid-id
ids.taskGroup("").empty("b"); // expect invalid-id
ids.taskGroup("größe").empty("c"); // expect invalid-id
ids.taskGroup("x".repeat(201)).empty("d"); // expect invalid-id
const long = ids.taskGroup("x".repeat(200));
long.empty("y".repeat(29));
long.empty("z".repeat(30)); // expect invalid-id
long.taskGroup("w".repeat(30), { prefixGroupId: false }).empty("e"); // expect invalid-id
ids.taskGroup(7 as never).empty("f"); // expect invalid-argument

const taken = new Dag("taken", options);
taken.empty("load");
taken.taskGroup("load").empty("a"); // expect duplicate-id
const twice = taken.taskGroup("twice");
twice.empty("b");
twice.empty("upstream_join_id"); // expect duplicate-id
taken.taskGroup("twice").empty("c"); // expect duplicate-id
taken.empty("twice.b"); // expect duplicate-id
const bare = taken.taskGroup("bare", { prefixGroupId: false });
bare.empty("load"); // expect duplicate-id
bare.taskGroup("inner").empty("d");
taken.empty("inner.d"); // expect duplicate-id

const order = new Dag("order", options);
const outer = order.taskGroup("outer");
const inner = outer.taskGroup("inner");
const first = inner.bash("first", "true");
const last = inner.bash("last", "true").after(first); // expect cycle
const next = order.empty("next");
chain(outer, next); // expect cycle
next.before(
  inner, // expect cycle
);
last.before(outer); // expect invalid-argument
outer.before(
  next,
  first, // expect invalid-argument
);
inner.after(order.taskGroup("nothing_in_it")); // expect invalid-argument
const held = order.taskGroup("held");
held.teardown("down", () => null, { of: [held.setup("up", () => null)] });
held.before(next); // expect invalid-argument
chain(next, new Dag("elsewhere", options).taskGroup("other").after()); // expect invalid-argument invalid-argument
first.before("next" as never); // expect invalid-argument

const unplaced = new Dag("unplaced", options).taskGroup("group");
unplaced.task("forgotten", () => 1); // expect unplaced-task

const fields = new Dag("fields", options);
fields
  .taskGroup("unknown", {
    toltip: "", // expect invalid-argument
    displayName: "", // expect invalid-argument
    prefixGroupId: "no", // expect invalid-argument
    defaultArgs: {
      retires: 2, // expect invalid-argument
      retries: "3", // expect invalid-argument
      poolSlots: 0, // expect invalid-argument
      waitForDownstream: true,
      dependsOnPast: false, // expect invalid-argument
    },
  } as never)
  .empty("a");
fields.taskGroup("no_object", "tip" as never).empty("b"); // expect invalid-argument
fields
  .taskGroup("tried_once", {
    defaultArgs: { retries: 1 }, // expect retries-minimum
  })
  .empty("c", { retries: 0 }); // expect retries-minimum
fields.task("input", ({ rows }: { rows: unknown }) => rows)({ rows: fields.taskGroup("given") as never }); // expect invalid-argument invalid-argument
