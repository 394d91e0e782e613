import { describe, expect, it } from "vitest";
import { createDatabase } from "../support/databases.ts";

describe("an embedded server", () => {
  it.each([16, 18] as const)("answers as PostgreSQL %i", async (version) => {
    const database = await createDatabase(version);
    const [row] = await database.query<{ server_version: string }>("SHOW server_version");
    expect(row!.server_version).toMatch(new RegExp(`^${version}\\.`));
  });
});
