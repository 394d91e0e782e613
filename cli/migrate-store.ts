// Makes the store, or brings it to this version's schema, and says which.

import { inspectStore } from "../runtime/store/inspect-store.ts";
import { openStore, storeVersion } from "../runtime/store/open-store.ts";
import type { Io } from "./command.ts";
import { storeFile } from "./state-folder.ts";

export function migrateStore({ projectRoot }: Io): { readonly hasChanged: boolean; readonly text: string } {
  const file = storeFile(projectRoot);
  const before = inspectStore(file)?.version;
  const hasChanged = before !== storeVersion;
  if (hasChanged) openStore(file).close();
  if (before === undefined) return { hasChanged, text: `store created, version ${storeVersion}: ${file}\n` };
  if (hasChanged) return { hasChanged, text: `store migrated from version ${before} to ${storeVersion}: ${file}\n` };
  return { hasChanged, text: `store is of version ${storeVersion} already: ${file}\n` };
}
