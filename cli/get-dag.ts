// A DAG by the id that somebody typed.

import { didYouMean } from "../runtime/did-you-mean.ts";
import { KnownError } from "../runtime/errors.ts";
import type { ManifestDag } from "../runtime/manifest.ts";

/** @throws KnownError naming the DAGs that there are. */
export function getDag(dags: readonly ManifestDag[], id: string): ManifestDag {
  const dag = dags.find((other) => other.model.id === id);
  if (dag) return dag;
  const ids = dags.map((other) => other.model.id);
  throw new KnownError({
    what: "there is no such DAG",
    found: `${JSON.stringify(id)}${didYouMean(id, ids)}`,
    remedy: `There are: ${ids.join(", ")}`,
    isRetryable: false,
  });
}
