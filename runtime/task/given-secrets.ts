// The secrets in the connections and variables that a task was given, and in its environment: what its output must not show.

import { findConnection, findVariable } from "../connections/find.ts";
import { secretsOf, secretsOfEnvironment, secretsOfVariable } from "../connections/secrets.ts";
import type { TaskDocument } from "../contract.ts";
import { isKnownError } from "../errors.ts";
import { declaredEnvironment } from "./read-document.ts";

export function secretsGivenTo(document: TaskDocument): string[] {
  const environment = declaredEnvironment(document, process.env);
  return [
    ...secretsOfEnvironment(process.env),
    ...document.connections.flatMap((id) => {
      try {
        const connection = findConnection(id, environment);
        return connection ? secretsOf(connection) : [];
      } catch (error) {
        // Unreadable: the task will say so when it asks for it.
        if (isKnownError(error)) return [];
        throw error;
      }
    }),
    ...document.variables.flatMap((key) => {
      const isDeclaredSecret = document.secretVariables?.includes(key) || undefined;
      return secretsOfVariable(key, findVariable(key, environment) ?? "", isDeclaredSecret);
    }),
  ];
}
