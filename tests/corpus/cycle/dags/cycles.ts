import { chain, Dag } from "dagwright";

const options = { tags: ["t"], defaultArgs: { retries: 2 } };

const two = new Dag("two", options);
const a = two.bash("a", "true");
const b = two.bash("b", "true");
chain(a, b); // expect cycle
a.after(b); // expect cycle

const itself = new Dag("itself", options);
const c = itself.bash("c", "true");
c.before(c); // expect cycle

// The shorter of two with an edge in common is shown; d → e → f → g → d is the longer one.
const many = new Dag("many", options);
const [d, e, f, g] = ["d", "e", "f", "g"].map((id) => many.empty(id)) as [typeof c, typeof c, typeof c, typeof c];
chain(d, e);
chain(
  f,
  g,
);
e.before(f); // expect cycle
f.before(e); // expect cycle
g.before(d);

// Through data: the second edge is an order against an input.
const data = new Dag("data", options);
const rows = data.task("rows", () => 1)();
const count = data.task("count", ({ rows }: { rows: number }) => rows)({ rows }); // expect cycle
count.before(rows); // expect cycle

const oneLine = new Dag("one_line", options);
const h = oneLine.empty("h");
const i = oneLine.empty("i");
chain(h, i, h); // expect cycle cycle

// Two that have nothing in common, and two that have a task in common.
const several = new Dag("several", options);
const [j, k, l, m, n] = ["j", "k", "l", "m", "n"].map((id) => several.empty(id)) as [typeof c, typeof c, typeof c, typeof c, typeof c];
chain(
  j,
  k, // expect cycle
  j, // expect cycle
);
chain(
  l,
  [m], // expect cycle
  l, // expect cycle
  n, // expect cycle
  l, // expect cycle
);
chain(k, l);

// Behind a spread the argument cannot be told.
const spread = new Dag("spread", options);
const two_more = [spread.empty("o"), spread.empty("p")] as const;
chain(...two_more, two_more[0]); // expect cycle cycle
