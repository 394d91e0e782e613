// Creates so many dag runs in a store, and says after each how many there are. Uses the compiled package, as a process of its own.

import { createDagRun } from "../../../dist/runtime/store/dag-runs.js";
import { openStore } from "../../../dist/runtime/store/open-store.js";

const [file, count] = process.argv.slice(2);
const store = openStore(file);
for (let number = 1; number <= Number(count); number++) {
  const facts = { id: `${process.pid}.${number}`, type: "manual", runAfter: "2026-01-01T00:00:00Z" };
  const noDates = { logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null };
  createDagRun(store, {
    dagId: "made",
    facts: { ...facts, ...noDates },
    conf: {},
    definition: "abc",
    build: "/build",
    isTest: false,
    queuedAt: "2026-01-01T00:00:00Z",
    tasks: [
      { id: "a", retries: 0 },
      { id: "b", retries: 0 },
    ],
  });
  console.log(number);
}
store.close();
