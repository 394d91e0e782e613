import { expect, it } from "vitest";
import { planRefresh } from "../../../runtime/streams/postgres-materialized-views.ts";

/** `m` a materialised view, `e` one without data, `v` a plain view; its name; what it sees. */
it.each([
  { name: "nothing sees the tables", views: ["m m1 other"], refresh: [] },
  { name: "one sees another", views: ["m a b", "m b t"], refresh: ["b", "a"] },
  { name: "a plain view stands between", views: ["m a v", "v v m0", "m m0 t"], refresh: ["m0", "a"] },
  { name: "one sees two", views: ["m a b", "m a c", "m b t", "m c other"], refresh: ["b", "a"] },
  { name: "one has no data", views: ["e a t", "m b t"], refresh: ["b"] },
  { name: "one sees one without data", views: ["m a v", "m a t", "v v b", "e b t"], refresh: [], stale: ["a"] },
  { name: "one sees a stale one", views: ["m a b", "m b c", "e c t"], refresh: ["a"], stale: ["b"] },
])("materialised views are refreshed after what they see: $name", ({ views, refresh, stale = [] }) => {
  const dependencies = views.map((written) => {
    const [kind, view, source] = written.split(" ") as [string, string, string];
    return { view, source, isMaterialized: kind !== "v", isPopulated: kind !== "e" };
  });
  expect(planRefresh(dependencies, ["t"])).toEqual({ refresh, stale });
});
