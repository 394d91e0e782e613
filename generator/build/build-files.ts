// What a build consists of: path → content, a function of the loaded project alone. Nothing is written here.

import { definitionHash } from "../../runtime/dag/definition-hash.ts";
import type { DagModel } from "../../runtime/dag/model.ts";
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
  const emitted = emit(project).sort((left, right) => (left.entry.model.id < right.entry.model.id ? -1 : 1));
  const entries = emitted.map(({ entry }) => entry);

  for (const { entry, python } of emitted) add(pythonFile(entry), python);
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

interface Emitted {
  readonly entry: ManifestDag;
  readonly python: string;
}

/** Who builds again and again has most models from the time before: frozen, so what was made of one is made of it for good. */
const known = new WeakMap<DagModel, Emitted>();

function emit({ dags, bundle }: BuildableProject): Emitted[] {
  return dags.map(({ model, file }) => {
    const chunk = bundle.chunks.get(file)!;
    const before = known.get(model);
    if (before?.entry.chunk === chunk && before.entry.file === file) return before;
    const entry = { model, definition: definitionHash(model, chunk), chunk, file };
    const { definition } = entry;
    const emitted = { entry, python: emitAirflow(model, { file: sourceOf(entry), definition }) };
    known.set(model, emitted);
    return emitted;
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
