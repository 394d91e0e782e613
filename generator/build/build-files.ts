// What a build consists of: path → content, a function of the loaded project alone. Nothing is written here.

import { definitionHash } from "../../runtime/dag/definition-hash.ts";
import { KnownError } from "../../runtime/errors.ts";
import { type Manifest, type ManifestDag, manifestFile, taskMainFile } from "../../runtime/manifest.ts";
import { emitAirflow } from "../emit/emit-airflow.ts";
import { readTemplate } from "../emit/templates.ts";
import { isPlainPath } from "../load/find-dag-files.ts";
import type { BuildableProject } from "../load/loaded.ts";

/** The folder inside `dags` that holds helper, bundles and manifest. */
export const runtimeFolder = "dags/dagwright";
export const manifestPath = `${runtimeFolder}/${manifestFile}`;

export function buildFiles(project: BuildableProject): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const add = (path: string, content: string | Uint8Array) => files.set(path, Buffer.from(content));
  const entries = manifestEntries(project).sort((left, right) => (left.model.id < right.model.id ? -1 : 1));

  for (const entry of entries)
    add(pythonFile(entry), emitAirflow(entry.model, { file: sourceOf(entry), definition: entry.definition }));
  for (const [path, content] of project.bundle.files) add(`${runtimeFolder}/${path}`, content);
  add(`${runtimeFolder}/.airflowignore`, "*\n");
  add(`${runtimeFolder}/__init__.py`, "");
  add(`${runtimeFolder}/operators.py`, readTemplate("airflow/operators.py"));
  // A fixed name in front of the hashed one: what Airflow's helper starts.
  add(
    `${runtimeFolder}/${taskMainFile}`,
    `import { main } from "./${project.bundle.taskMain}";\n\nawait main(import.meta.url);\n`,
  );
  const bundles = [...project.bundle.files.keys()].map((path) => `${runtimeFolder}/${path}`).sort();
  const manifest: Manifest = { version: 1, dags: entries, bundles };
  add(manifestPath, `${JSON.stringify(manifest, null, 1)}\n`);
  return files;
}

export function pythonFile(entry: ManifestDag): string {
  return `dags/${entry.model.id}.py`;
}

function manifestEntries({ dags, bundle }: BuildableProject): ManifestDag[] {
  return dags.map(({ model, file }) => {
    const chunk = bundle.chunks.get(file)!;
    return { model, definition: definitionHash(model, chunk), chunk, file };
  });
}

/** The last guard of the Python comment that it stands in: the linter has refused it before. */
function sourceOf({ file, model }: ManifestDag): string {
  if (isPlainPath(file)) return file;
  throw new KnownError({
    what: "the path of a DAG file stands in the generated Python and may hold only letters, digits, _, ., / and -",
    where: `DAG ${model.id}`,
    found: JSON.stringify(file),
    remedy: "Rename the file or its folder",
    isRetryable: false,
  });
}
