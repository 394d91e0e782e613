// Takes every secret of the project's environment out of a text: bash tasks print what they like, and their logs are shown here.

import { loadEnvironment } from "../runtime/connections/environment.ts";
import { findConnection, findVariable, listConnections, listVariables } from "../runtime/connections/find.ts";
import { createRedactor } from "../runtime/connections/redact.ts";
import { secretsOf, secretsOfVariable } from "../runtime/connections/secrets.ts";
import { isKnownError } from "../runtime/errors.ts";
import type { Io } from "./command.ts";

export function createProjectRedactor({ projectRoot, environment: own }: Io): (text: string) => string {
  const environment = loadEnvironment(projectRoot, own);
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
  return createRedactor([...connections, ...variables]);
}
