// A mistake in a DAG file that leaves no DAG to speak of: it ends the evaluation of that file and becomes one diagnostic.

export class DefinitionError extends Error {
  override readonly name = "DefinitionError";
}
