// The operator that fingerprints files: SHA-256, streamed.

import { getContext, projectPath } from "../context.ts";
import { defineOperator, type Operator } from "../dag/definition.ts";
import { isUsable, standIn } from "../dag/operator-options.ts";
import { textsByName } from "../dag/shapes.ts";
import { hashFile } from "../streams/read-hashed.ts";

/**
 * The SHA-256 of each file, in lower-case hex, under the name it was given. Relative paths start at the project's folder, under Airflow
 * at `AIRFLOW_HOME`. A missing file fails the task at once, without retries.
 *
 * @example const hashes = dag.run("compute_hashes", hashFiles({ schema: "include/pagila/schema.sql" }));
 */
export function hashFiles<Name extends string>(files: Readonly<Record<Name, string>>): Operator<Record<Name, string>> {
  if (!isUsable({ name: "hashFiles", callee: hashFiles }, textsByName.findFaults(files))) return standIn("hashFiles");
  return defineOperator({
    name: "hashFiles",
    options: { files },
    inputs: {},
    connections: [],
    execute: async () => {
      const hashes: [string, string][] = [];
      for (const [name, file] of Object.entries<string>(files)) {
        const { sha256, bytes } = await hashFile(projectPath(file), { name: file, signal: getContext().signal });
        console.log(`${file}: ${bytes} bytes, SHA-256 ${sha256}`);
        hashes.push([name, sha256]);
      }
      return Object.fromEntries(hashes) as Record<Name, string>;
    },
  });
}
