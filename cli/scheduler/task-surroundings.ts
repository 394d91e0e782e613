// What tasks find in their environment, as it is when they start: read anew when one of the project's files has changed,
// or the store.

import { statSync } from "node:fs";
import { join } from "node:path";
import { airflowSettingsFile } from "../../runtime/airflow-settings.ts";
import { type Environment, environmentFile } from "../../runtime/connections/environment.ts";

export interface TaskSurroundings {
  readonly projectRoot: string;
  /** With every connection and variable, as they are now. @throws KnownError when they cannot be read. */
  readonly environment: () => Environment;
  /** What bash tasks see. */
  readonly inheritedEnvironment: () => Environment;
}

/** What was changed this shortly before may change again without its time telling. */
const restlessMs = 1_000;

export interface Readers extends Omit<TaskSurroundings, "projectRoot"> {
  /** Another one when what they read beside the project's files may have changed. */
  readonly version: () => number;
}

export function createTaskSurroundings(projectRoot: string, readers: Readers): TaskSurroundings {
  const paths = [environmentFile, airflowSettingsFile].map((name) => join(projectRoot, name));
  const remember = <Value>(read: () => Value): (() => Value) => {
    let known: { readonly version: string; readonly value: Value } | undefined;
    return () => {
      const files = versionOf(paths);
      const version = files === undefined ? undefined : `${readers.version()} ${files}`;
      if (known === undefined || version === undefined || known.version !== version) {
        known = { version: version ?? "", value: read() };
      }
      return known.value;
    };
  };
  return {
    projectRoot,
    environment: remember(readers.environment),
    inheritedEnvironment: remember(readers.inheritedEnvironment),
  };
}

/** Undefined while one of them may be changing. */
function versionOf(paths: readonly string[]): string | undefined {
  const stats = paths.map((path) => statSync(path, { throwIfNoEntry: false }));
  if (stats.some((stat) => stat !== undefined && Date.now() - stat.mtimeMs < restlessMs)) return undefined;
  return stats
    .map((stat) => (stat === undefined ? "none" : `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`))
    .join();
}
