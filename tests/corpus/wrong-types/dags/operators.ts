import { Dag } from "dagwright";
import { acquireLease, checkCounts, copyTables, hashFiles, loadSqlDump, releaseLease, sql } from "dagwright/operators";

const dag = new Dag("operators", { tags: ["t"], defaultArgs: { retries: 2 } });

dag.run(
  "misspelt",
  sql({
    connection: "warehouse",
    txt: "SELECT 1", // expect invalid-argument
  } as never),
);
dag.run(
  "copy",
  copyTables({
    from: "a",
    to: "b",
    tabels: ["film"], // expect invalid-argument
  } as never),
);
dag.run(
  "dump",
  loadSqlDump({ connection: "a" } as never), // expect invalid-argument
);
dag.run("nothing", loadSqlDump(undefined as never)); // expect invalid-argument
dag.run(
  "types",
  sql({
    connection: 1 as never, // expect invalid-argument
    transactions: "SELECT 1" as never, // expect invalid-argument
    inputs: {
      rows: [1] as never, // expect invalid-argument
    },
    under: "lock" as never, // expect invalid-argument
  }),
);
dag.run(
  "commit",
  sql({
    connection: "a",
    transactions: [
      "SELECT 1",
      "COMMIT", // expect invalid-argument
    ],
  }),
);
dag.run("neither", sql({ connection: "a" } as never)); // expect invalid-argument
dag.run(
  "same",
  copyTables({
    from: "a",
    to: "a", // expect invalid-argument
    lockTimeout: 0, // expect invalid-argument
  }),
);
dag.run("counts", checkCounts({ connection: "a", expected: { film: "1000" as never } })); // expect invalid-argument
dag.run("no_counts", checkCounts({ connection: "a" } as never)); // expect invalid-argument
dag.run("hashes", hashFiles({ schema: 5 as never })); // expect invalid-argument
const lock = dag.setup("lock", acquireLease({ connection: "a", key: 1 as never })); // expect invalid-argument
dag.teardown("unlock", releaseLease(lock));
dag.teardown("unlock_nothing", releaseLease("lock" as never)); // expect invalid-argument
dag.run("id", sql({ connection: "two words", text: "SELECT 1" })); // expect invalid-argument
