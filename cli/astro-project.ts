// What `dagwright build --astro` does beside the build: scaffold, data, and what is left for the user to do, told in a few lines.

import { basename } from "node:path";
import { copyIncludes, findChangedIncludes, includeFolder } from "../generator/astro/include-files.ts";
import { scaffoldFiles } from "../generator/astro/scaffold-files.ts";
import { findUsedNames, type UsedName } from "../generator/astro/used-names.ts";
import { findMissingScaffold, findNodeWarning, writeScaffold } from "../generator/astro/write-scaffold.ts";
import { airflowSettingsFile } from "../runtime/airflow-settings.ts";
import { countNoun } from "../runtime/count-noun.ts";
import type { Io } from "./command.ts";
import type { ConfiguredProject } from "./load-buildable.ts";

export interface AstroProject {
  /** One line for each file that is missing or differs. */
  findDifferences(): string[];
  /** Tells what keeps tasks from running. `shown` is the folder as the user sees it. */
  warn(io: Io, shown: string): void;
  write(io: Io, shown: string): Promise<void>;
}

const mostUpdatesShown = 5;

/** Nothing is written or looked at yet. */
export function planAstroProject({ root, dags, config }: ConfiguredProject, folder: string): AstroProject {
  const models = dags.map(({ model }) => model);
  const scaffold = scaffoldFiles(models, { airflow: config.airflow, folderName: basename(folder) });
  const warn = (io: Io, shown: string) => {
    const warning = findNodeWarning(folder);
    if (warning !== undefined) io.stderr(`warning: ${shown}: ${warning}\n`);
  };
  return {
    findDifferences: () => [
      ...findMissingScaffold(folder, scaffold).map((path) => `missing: ${path}\n`),
      ...findChangedIncludes(root, folder).map(
        ({ path, isUpdate }) => `${isUpdate ? "differs" : "missing"}: ${path}\n`,
      ),
    ],
    warn,
    write: async (io, shown) => {
      const { written, left } = writeScaffold(folder, scaffold);
      if (written.length > 0) io.stdout(`${shown}: wrote ${written.join(", ")}\n`);
      if (left.length > 0) io.stdout(`${shown}: left as they are: ${left.join(", ")}\n`);
      const changed = findChangedIncludes(root, folder);
      await copyIncludes(root, folder, changed, io.signal);
      if (changed.length > 0) io.stdout(`${shown}/${includeFolder}: ${describeCopies(changed)}\n`);
      warn(io, shown);
      io.stdout(nextSteps(shown, Object.entries(findUsedNames(models))));
    },
  };
}

function describeCopies(files: ReturnType<typeof findChangedIncludes>): string {
  const updated = files.filter(({ isUpdate }) => isUpdate).map(({ path }) => path);
  const copied = `${countNoun(files.length, "file")} copied`;
  if (updated.length === 0) return copied;
  const more = updated.length > mostUpdatesShown ? ` and ${updated.length - mostUpdatesShown} more` : "";
  return `${copied}, over another content: ${updated.slice(0, mostUpdatesShown).join(", ")}${more}`;
}

function nextSteps(shown: string, used: readonly (readonly [string, readonly UsedName[]])[]): string {
  const names = used
    .filter(([, entries]) => entries.length > 0)
    .map(([kind, entries]) => `${kind} ${entries.map(({ name }) => name).join(", ")}`);
  const fillIn = `fill in ${names.join("; ")}: in ${shown}/${airflowSettingsFile}, secrets in ${shown}/.env\n`;
  const start = `cd ${/^[\w./-]+$/.test(shown) ? shown : JSON.stringify(shown)} && astro dev start`;
  return `next: ${names.length === 0 ? "" : `${fillIn}      `}${start}, or astro deploy\n`;
}
