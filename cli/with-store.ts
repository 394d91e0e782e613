// Opens the project's store for one piece of work, and closes it.

import { statSync } from "node:fs";
import { explainFileErrors } from "../runtime/file-errors.ts";
import { openStore, type Store } from "../runtime/store/open-store.ts";
import type { Io } from "./command.ts";
import { storeFile } from "./state-folder.ts";

/** Makes it where there is none. */
export function withStore<Result>({ projectRoot }: Io, use: (store: Store) => Result): Result {
  const store = openStore(storeFile(projectRoot));
  try {
    return use(store);
  } finally {
    store.close();
  }
}

/** For what only looks: where there is no store, none is made, and nothing is in it. */
export function lookIntoStore<Result>(io: Io, nothing: Result, look: (store: Store) => Result): Result {
  return hasStore(io) ? withStore(io, look) : nothing;
}

/** @throws KnownError when that cannot be seen: a folder of another user hides it. */
export function hasStore({ projectRoot }: Pick<Io, "projectRoot">): boolean {
  const file = storeFile(projectRoot);
  const what = "the store cannot be looked at";
  return explainFileErrors(what, file, () => statSync(file, { throwIfNoEntry: false })) !== undefined;
}
