// A DAG by the id that somebody typed, and what every command says where there is none.

import { didYouMean } from "../runtime/did-you-mean.ts";
import { KnownError } from "../runtime/errors.ts";

/** Of a manifest's DAGs, or a loaded project's. @throws KnownError naming the DAGs that there are. */
export function getDag<Dag extends { readonly model: { readonly id: string } }>(dags: readonly Dag[], id: string): Dag {
  const dag = dags.find((other) => other.model.id === id);
  if (dag) return dag;
  throw noSuchDag(
    id,
    dags.map((other) => other.model.id),
  );
}

const mostNamed = 20;

export function noSuchDag(id: string, ids: readonly string[]): KnownError {
  const more = ids.length > mostNamed ? ` and ${ids.length - mostNamed} more: npx dagwright dags list` : "";
  return new KnownError({
    what: "there is no such DAG",
    found: `${JSON.stringify(id)}${didYouMean(id, ids)}`,
    remedy: ids.length === 0 ? "There is none yet" : `There are: ${ids.slice(0, mostNamed).join(", ")}${more}`,
    isRetryable: false,
  });
}
