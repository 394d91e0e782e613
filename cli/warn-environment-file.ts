// Tells of lines in the project's `.env` that nobody will read; commands that look values up there begin with it.

import { findEnvironmentFileWarnings } from "../runtime/connections/environment.ts";
import type { Io } from "./command.ts";

export function warnOfEnvironmentFile({ projectRoot, stderr }: Io): void {
  for (const warning of findEnvironmentFileWarnings(projectRoot)) stderr(`warning: ${warning}\n`);
}
