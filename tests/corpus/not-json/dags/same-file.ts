import { Dag } from "dagwright";

const circle: { own?: object } = {};
circle.own = circle;

new Dag("circle", {
  tags: ["t"],
  defaultArgs: { retries: 2 },
  params: { circle: circle as never }, // expect invalid-argument
});
new Dag("half_a_letter", { description: "a\ud800", tags: ["t"], defaultArgs: { retries: 2 } }); // expect invalid-argument
new Dag("beside_it", { defaultArgs: { retries: 2 } }); // expect tags-missing
