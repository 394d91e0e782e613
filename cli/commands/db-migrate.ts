// `dagwright db migrate`: creates the store, or brings it to this version's schema. Every command that opens it does so, too; this one says it.

import type { Command } from "../command.ts";

export const dbMigrate: Command = {
  name: "db migrate",
  summary: "Create the store, or bring it to this version's schema",
  run: async (_, io) => {
    const { migrateStore } = await import("../migrate-store.ts");
    io.stdout(migrateStore(io).text);
    return 0;
  },
};
