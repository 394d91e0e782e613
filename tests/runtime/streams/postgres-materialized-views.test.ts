import { expect, it } from "vitest";
import { planRefreshOrder } from "../../../runtime/streams/postgres-materialized-views.ts";

it.each([
  { name: "nothing sees the tables", views: ["m m1 other"], order: [] },
  { name: "one sees another", views: ["m a b", "m b t"], order: ["b", "a"] },
  { name: "a plain view stands between", views: ["m a v", "v v m0", "m m0 t"], order: ["m0", "a"] },
  { name: "one sees two", views: ["m a b", "m a c", "m b t", "m c other"], order: ["b", "a"] },
])("materialised views are refreshed after what they see: $name", ({ views, order }) => {
  const dependencies = views.map((written) => {
    const [kind, view, source] = written.split(" ") as [string, string, string];
    return { view, source, isMaterialized: kind === "m" };
  });
  expect(planRefreshOrder(dependencies, ["t"])).toEqual(order);
});
