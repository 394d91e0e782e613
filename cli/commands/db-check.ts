// `dagwright db check`: whether the store can be opened and is sound. It changes nothing: it makes no store and migrates none.

import { KnownError } from "../../runtime/errors.ts";
import type { Command } from "../command.ts";
import { type OutputFormat, outputOnDemand } from "../output-option.ts";

interface DbCheckArgs {
  readonly output?: OutputFormat;
}

export const dbCheck: Command<DbCheckArgs> = {
  name: "db check",
  summary: "Check that the store can be opened and is sound",
  options: { output: outputOnDemand },
  run: async ({ output }, io) => {
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
    if (output !== undefined) {
      const { showRecord } = await import("../show-rows.ts");
      await showRecord({ file, version, needs_migration: migrates !== "" }, output, io);
    } else io.stdout(`store is sound, version ${version}${migrates}: ${file}\n`);
    return migrates === "" ? 0 : 1;
  },
};
