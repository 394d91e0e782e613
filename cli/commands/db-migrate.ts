// `dagwright db migrate`: creates the store, or brings it to this version's schema. Every command that opens it does so, too; this one says it.

import type { Command } from "../command.ts";

export const dbMigrate: Command = {
  name: "db migrate",
  summary: "Create the store, or bring it to this version's schema",
  run: async (_, io) => {
    const { inspectStore } = await import("../../runtime/store/inspect-store.ts");
    const { openStore, storeVersion } = await import("../../runtime/store/open-store.ts");
    const { storeFile } = await import("../state-folder.ts");
    const file = storeFile(io.projectRoot);
    const before = inspectStore(file)?.version;
    openStore(file).close();
    if (before === undefined) io.stdout(`store created, version ${storeVersion}: ${file}\n`);
    else if (before === storeVersion) io.stdout(`store is of version ${storeVersion} already: ${file}\n`);
    else io.stdout(`store migrated from version ${before} to ${storeVersion}: ${file}\n`);
    return 0;
  },
};
