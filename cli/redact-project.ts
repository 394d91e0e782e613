// Every secret of the project's environment, to be taken out of what is shown: bash tasks print what they like.

import type { Environment } from "../runtime/connections/environment.ts";
import { findConnection, findVariable, listConnections, listVariables } from "../runtime/connections/find.ts";
import { createRedactor } from "../runtime/connections/redact.ts";
import { secretsOf, secretsOfVariable } from "../runtime/connections/secrets.ts";
import type { JsonValue } from "../runtime/dag/json.ts";
import { isKnownError } from "../runtime/errors.ts";
import type { Io } from "./command.ts";
import { loadProjectEnvironment } from "./project-environment.ts";

export function createProjectRedactor(io: Io): (text: string) => string {
  return createRedactor(readProjectSecrets(io));
}

export function readProjectSecrets(io: Io): string[] {
  return secretsOfEnvironment(loadProjectEnvironment(io));
}

export function secretsOfEnvironment(environment: Environment): string[] {
  const connections = listConnections(environment).flatMap((id) => {
    try {
      return secretsOf(findConnection(id, environment)!);
    } catch (error) {
      // One that cannot be read has no secret that we could know.
      if (isKnownError(error)) return [];
      throw error;
    }
  });
  const variables = listVariables(environment).flatMap((key) =>
    secretsOfVariable(key, findVariable(key, environment)!),
  );
  return [...connections, ...variables];
}

/** Keys stay: programs look for them. A number that is a secret becomes text. */
export function redactValues(value: JsonValue, redact: (text: string) => string): JsonValue {
  if (typeof value === "string") return redact(value);
  if (typeof value === "number") return redact(String(value)) === String(value) ? value : redact(String(value));
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((part: JsonValue) => redactValues(part, redact));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redactValues(part, redact)]));
}
