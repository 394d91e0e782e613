import { expect, it } from "vitest";
import { query } from "../../../runtime/operators/query.ts";
import { createDatabase } from "../../support/databases.ts";
import { inTask } from "../../support/running-task.ts";
import { troubleOf } from "../../support/trouble.ts";

it.each([16, 18] as const)("a query from a handler returns its rows as objects (PostgreSQL %i)", async (version) => {
  const database = await createDatabase(version);
  const rows = await inTask({ connections: [database.connection] }, () =>
    query({ connection: "test_postgres", text: "SELECT $1::bigint AS big, $2::text AS text", values: ["42", "it's"] }),
  );
  expect(rows).toEqual([{ big: "42", text: "it's" }]);
});

it("a query that PostgreSQL refuses names the line", async () => {
  const database = await createDatabase(18);
  const asked = inTask({ connections: [database.connection] }, () =>
    query({ connection: "test_postgres", text: "SELECT\n  nothing" }),
  );
  expect((await troubleOf(asked)).message).toContain("connection test_postgres, line 2");
});
