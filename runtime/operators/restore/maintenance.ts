// The database from which others are created, renamed and dropped, and what is done where it cannot be reached: nobody can rename the one that he is
// connected to.

import type { Connection } from "../../connections/connection.ts";
import type { PostgresSession } from "../../connections/postgres.ts";
import { withPostgres } from "../postgres-session.ts";

export const maintenanceDatabase = "postgres";

/** There is no such database; no right to connect to it; no line for it in pg_hba.conf. */
const notLetIn = ["3D000", "42501", "28000"];

/**
 * Runs `work` in a session from which the target can be renamed; where none can be had, `otherwise`, with the reason. What `work` has begun is never done
 * the other way.
 * @throws KnownError for what no session at all could be had with; what either of them throws.
 */
export async function withMaintenance<T>(
  target: Connection,
  work: (session: PostgresSession) => Promise<T>,
  otherwise: (reason: string) => Promise<T>,
): Promise<T> {
  if (target.schema === maintenanceDatabase) return otherwise("others are created and renamed from it");
  let isOpen = false;
  try {
    return await withPostgres({ ...target, schema: maintenanceDatabase }, (session) => {
      isOpen = true;
      return work(session);
    });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { readonly code?: unknown };
    if (isOpen || !notLetIn.includes(code as string)) throw error;
  }
  return otherwise(`the login cannot connect to the database ${maintenanceDatabase}`);
}
