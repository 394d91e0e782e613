// Masks the secrets of the project's environment as it is when something is shown: a connection that is added while the scheduler runs is masked
// in its next line. What was a secret stays one: a task that began with it may still tell it.

import type { Environment } from "../../runtime/connections/environment.ts";
import { createRedactor } from "../../runtime/connections/redact.ts";
import { secretsOfEnvironment } from "../redact-project.ts";

/** Of secrets that are changed every hour, those of a year. */
const mostKept = 10_000;

/** @param environment the same object as long as nothing has changed. @throws KnownError when it cannot be read at first. */
export function createFollowingRedactor(environment: () => Environment): (text: string) => string {
  const secrets = new Set<string>();
  let known: Environment | undefined;
  let redact = createRedactor([]);
  const follow = () => {
    const current = environment();
    if (current === known) return;
    known = current;
    const before = secrets.size;
    for (const secret of secretsOfEnvironment(current)) {
      // The present ones go last: they are not the oldest.
      secrets.delete(secret);
      secrets.add(secret);
    }
    if (secrets.size === before) return;
    for (const oldest of secrets) if (secrets.size > mostKept) secrets.delete(oldest);
    redact = createRedactor([...secrets]);
  };
  follow();
  return (text) => {
    try {
      follow();
    } catch {
      // Half of an edit, which tasks refuse by themselves. What tells of trouble must not make any: what was known is masked.
    }
    return redact(text);
  };
}
