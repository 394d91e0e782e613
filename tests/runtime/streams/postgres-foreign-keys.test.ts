import { describe, expect, it } from "vitest";
import { type ForeignKey, planLoadOrder } from "../../../runtime/streams/postgres-foreign-keys.ts";

describe("the order of loading", () => {
  it.each([
    { name: "is by name without keys", tables: ["b", "a"], keys: [], order: ["a", "b"], deferred: [] },
    {
      name: "has what is referred to first",
      tables: ["a", "b", "c"],
      keys: ["a→c", "c→b"],
      order: ["b", "c", "a"],
      deferred: [],
    },
    { name: "ignores a key to itself", tables: ["a", "b"], keys: ["a→a"], order: ["a", "b"], deferred: [] },
    { name: "ignores keys to tables that are not copied", tables: ["a"], keys: ["a→z"], order: ["a"], deferred: [] },
    {
      name: "defers the one key that breaks a cycle",
      tables: ["a", "b"],
      keys: ["a→b", "b→a"],
      order: ["a", "b"],
      deferred: ["a→b"],
    },
    {
      name: "breaks a cycle where the key is deferrable",
      tables: ["a", "b"],
      keys: ["a→b", "b→a?"],
      order: ["b", "a"],
      deferred: ["b→a?"],
    },
    {
      name: "breaks a cycle at its fewest keys",
      tables: ["a", "b", "c"],
      keys: ["a→b", "a→c", "b→a", "c→a"],
      order: ["b", "a", "c"],
      deferred: ["a→c", "b→a"],
    },
    {
      name: "does not break keys of what only waits for a cycle",
      tables: ["a", "x", "y"],
      keys: ["a→x", "x→y", "y→x"],
      order: ["x", "a", "y"],
      deferred: ["x→y"],
    },
  ])("$name", ({ tables, keys, order, deferred }) => {
    const plan = planLoadOrder(tables, keys.map(key));
    expect(plan.tables).toEqual(order);
    expect(plan.deferred.map(({ constraint }) => constraint)).toEqual(deferred);
  });
});

/** `from→to`, with `?` when it may be deferred. */
function key(written: string): ForeignKey {
  const [from, to] = written.replace("?", "").split("→") as [string, string];
  return { constraint: written, relation: from, from, to, isDeferrable: written.endsWith("?") };
}
