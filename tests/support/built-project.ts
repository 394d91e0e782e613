// Builds a project of the test suite into a folder of its own, as `dagwright build` does.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { buildFiles } from "../../generator/build/build-files.ts";
import { writeBuild } from "../../generator/build/write-build.ts";
import { loadProject } from "../../generator/load/load-project.ts";

/** Removed when the file has finished, not the test: of tests that run side by side, vitest cannot tell here which one asks. */
const folders: string[] = [];
afterAll(() => folders.forEach(remove));

/** A copy of a project below `tests/fixtures`. */
export function copyFixture(name: string): string {
  const root = createFolder();
  cpSync(fileURLToPath(new URL(`../fixtures/${name}/`, import.meta.url)), root, { recursive: true });
  return root;
}

export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "dagwright-test-"));
  folders.push(folder);
  return folder;
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Returns the build's folder; Airflow's dags folder is `dags` in it. */
export async function buildProject(root: string): Promise<string> {
  const out = join(root, "build");
  const project = await loadProject(root);
  if (project.diagnostics.length > 0) throw new Error(JSON.stringify(project.diagnostics, null, 2));
  writeBuild(out, buildFiles(project));
  return out;
}
