// `dagwright db check`: whether the store can be opened and is sound. It changes nothing: it makes no store and migrates none.

import { KnownError } from "../../runtime/errors.ts";
import type { Command } from "../command.ts";

export const dbCheck: Command = {
  name: "db check",
  summary: "Check that the store can be opened and is sound",
  run: async (_, io) => {
    const { checkStore } = await import("../../runtime/store/inspect-store.ts");
    const { storeIsDamaged, storeVersion } = await import("../../runtime/store/open-store.ts");
    const { storeFile } = await import("../state-folder.ts");
    const file = storeFile(io.projectRoot);
    const found = checkStore(file);
    if (found === undefined) {
      throw new KnownError({
        what: "there is no store yet",
        where: file,
        found: "nothing was run in this project",
        remedy: "Make it: npx dagwright db migrate",
        isRetryable: false,
      });
    }
    const { version, faults } = found;
    if (faults.length > 0) throw storeIsDamaged(file, faults.join("; "));
    const migrates = version < storeVersion ? `, this dagwright's is ${storeVersion}: npx dagwright db migrate` : "";
    io.stdout(`store is sound, version ${version}${migrates}: ${file}\n`);
    return migrates === "" ? 0 : 1;
  },
};
