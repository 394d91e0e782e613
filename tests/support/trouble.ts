// What a piece of work fails with, when it is an error that we know.

import { isKnownError, type KnownError } from "../../runtime/errors.ts";

export async function troubleOf(work: Promise<unknown>): Promise<KnownError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (isKnownError(error)) return error;
  throw new Error("expected a KnownError", { cause: error });
}
