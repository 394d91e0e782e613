// The DAG files that cannot be run, by the rule of known-dags.ts: as a scheduler that is alive met them, else as the files are now.

import { type ImportError, readImportErrors } from "../runtime/store/dags.ts";
import type { Io } from "./command.ts";
import { hasLivingScheduler } from "./living-jobs.ts";
import { findBroken } from "./load-buildable.ts";
import { lookIntoStore } from "./with-store.ts";

export interface ImportErrorInProject {
  /** Relative to the project. */
  readonly filepath: string;
  readonly error: string;
}

export async function findImportErrors(io: Io): Promise<ImportErrorInProject[]> {
  const errors = findScheduledErrors(io) ?? (await findBroken(io));
  return errors.map(({ file, text }) => ({ filepath: file, error: text }));
}

/** Undefined when no scheduler is alive. */
function findScheduledErrors(io: Io): ImportError[] | undefined {
  return lookIntoStore(io, undefined, (store) => (hasLivingScheduler(store) ? readImportErrors(store) : undefined));
}
